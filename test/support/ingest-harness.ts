import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { type GridClock, seededRandom, systemGridClock, systemProcessClock } from '../../edge/platform/clock.ts';
import { silentLogger } from '../../edge/platform/log.ts';
import { Metrics } from '../../edge/platform/metrics.ts';
import type { EmbeddedBroker } from '../../server/broker/broker.ts';
import { startEmbeddedBroker } from '../../server/broker/embedded.ts';
import type { EmbeddedBrokerConfig } from '../../server/config.ts';
import type { HostDeps, IngestLimits } from '../../server/ingest/deps.ts';
import { startSparkplugHost } from '../../server/ingest/sparkplug-host.ts';
import { LiveState } from '../../server/live/live-state.ts';
import { openState } from '../../server/state/database.ts';
import { MemoryStore } from './memory-store.ts';
import { until } from './until.ts';

export const BROKER_DEFAULTS: EmbeddedBrokerConfig = {
  listen: '127.0.0.1:0',
  maxConnections: 100,
  maxPacketBytes: '1MiB',
  maxQueuedBytes: '16MiB',
};

export type RunningHost = Awaited<ReturnType<typeof startSparkplugHost>>;

export interface HarnessOptions {
  readonly hostId?: string;
  readonly reorderTimeout?: string;
  readonly limits?: Partial<IngestLimits>;
  readonly gridClock?: GridClock;
  /** An external broker; the embedded one without it. */
  readonly broker?: HostDeps['broker'];
  readonly embedded?: Partial<EmbeddedBrokerConfig>;
}

const QUICK: Partial<IngestLimits> = { commitIntervalMs: 5, ackIntervalMs: 8, rebirthIntervalMs: 50 };

/** A host application with a broker, a memory store and a state file in a temporary folder. */
export class IngestHarness {
  readonly folder = mkdtempSync(join(tmpdir(), 'gridwarden-ingest-'));
  readonly store = new MemoryStore();
  readonly database: DatabaseSync = openState(join(this.folder, 'state.sqlite'));
  metrics = new Metrics();
  state = new LiveState();
  host!: RunningHost;
  embedded: EmbeddedBroker | undefined;
  readonly #options: HarnessOptions;
  #client!: HostDeps['broker'];

  private constructor(options: HarnessOptions) {
    this.#options = options;
  }

  static async start(options: HarnessOptions = {}): Promise<IngestHarness> {
    const harness = new IngestHarness(options);
    if (options.broker) harness.#client = options.broker;
    else {
      const deps = { hostId: options.hostId ?? 'gridwarden', logger: silentLogger(), metrics: new Metrics() };
      harness.embedded = await startEmbeddedBroker({ ...BROKER_DEFAULTS, ...options.embedded }, deps);
      harness.#client = harness.embedded.hostClient;
    }
    await harness.startHost();
    return harness;
  }

  /** Where nodes connect. */
  get url(): string {
    return this.#client.urls[0] ?? '';
  }

  get quarantineFolder(): string {
    return join(this.folder, 'quarantine');
  }

  async startHost(): Promise<void> {
    this.metrics = new Metrics();
    this.state = new LiveState();
    this.host = await startSparkplugHost({
      config: {
        host: this.#options.hostId ?? 'gridwarden',
        reorderTimeout: this.#options.reorderTimeout ?? '100ms',
        retention: { fast: '30d', registers: '3650d' },
      },
      broker: this.#client,
      quarantineFolder: this.quarantineFolder,
      state: this.state,
      store: this.store,
      database: this.database,
      gridClock: this.#options.gridClock ?? systemGridClock(),
      processClock: systemProcessClock(),
      random: seededRandom(1),
      logger: silentLogger(),
      metrics: this.metrics,
      limits: { ...QUICK, ...this.#options.limits },
    });
    await until('the host is online', () => this.host.broker().ok);
  }

  /** Number of problems of a kind on any topic. */
  problems(kind: string): number {
    return this.host
      .problems()
      .filter((problem) => problem.kind === kind)
      .reduce((sum, problem) => sum + problem.count, 0);
  }

  value(
    device: string,
    metric: string,
  ): { value: number; quality: number; stale: boolean; timeMs: number } | undefined {
    const slot = this.state.slotOf(device, metric)?.index;
    if (slot === undefined) return undefined;
    const { state } = this;
    return {
      value: state.value(slot),
      quality: state.quality(slot),
      stale: state.isStale(slot),
      timeMs: state.timeMs(slot),
    };
  }

  async stop(): Promise<void> {
    await this.host.stop();
    await this.embedded?.stop();
    this.database.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
