import { EdgeClock } from '../../edge/clock-generation.ts';
import type { EdgeConfig } from '../../edge/config.ts';
import { mqttLinks } from '../../edge/node/link.ts';
import { type StartedNode, startNode } from '../../edge/node/start-node.ts';
import { directBackend } from '../../edge/outbox/backend.ts';
import type { DeliverySettings } from '../../edge/outbox/delivery.ts';
import { Outbox } from '../../edge/outbox/outbox.ts';
import { outboxMetrics } from '../../edge/outbox/outbox-metrics.ts';
import { type ProcessClock, seededRandom, systemGridClock } from '../../edge/platform/clock.ts';
import { silentLogger } from '../../edge/platform/log.ts';
import { Metrics } from '../../edge/platform/metrics.ts';
import { GOOD, type Quality, qualityCode } from '../../edge/protocol/quality.ts';
import type { DeviceDescription, DeviceRead, RecordLayout } from '../../edge/reading.ts';
import { scaledProcessClock } from './scaled-clock.ts';

/** How much faster than the machine the edge's waits run. */
const HASTE = 20;

export interface RigOptions {
  readonly urls: readonly string[];
  /** The outbox file; kept over a restart of the rig. */
  readonly file: string;
  readonly epoch: string;
  readonly group?: string;
  readonly node?: string;
  readonly primaryHost?: string | undefined;
  readonly mqttVersion?: '3.1.1' | 5;
  readonly clientId?: string;
  readonly devices?: readonly DeviceDescription[];
  readonly clock?: EdgeConfig['clock'];
  readonly processClock?: ProcessClock;
  readonly maxBytes?: number;
  readonly delivery?: Partial<DeliverySettings>;
}

export const FAST: RecordLayout['metrics'] = ['voltage_a', 'current_a', 'active_power', 'device_status'];
export const REGISTERS: RecordLayout['metrics'] = ['energy_import'];

export function meter(id: string): DeviceDescription {
  const layouts: RecordLayout[] = [
    { device: id, pollClass: 'fast', metrics: FAST },
    { device: id, pollClass: 'registers', metrics: REGISTERS },
  ];
  return { id, model: 'test/meter', kind: 'meter', layouts };
}

/** A value of a read: a number, or why there is none. */
export type Cell = number | Quality;

/**
 * A whole edge but its buses: outbox, delivery, session and connection are the real ones, reads come from the test. Its
 * waits run faster than the machine's clock; its timestamps do not.
 */
export class EdgeRig {
  readonly outbox: Outbox;
  readonly metrics: Metrics;
  readonly clock: EdgeClock;
  readonly #started: StartedNode;
  readonly #layouts = new Map<string, RecordLayout>();

  static async start(options: RigOptions): Promise<EdgeRig> {
    const processClock = options.processClock ?? scaledProcessClock(HASTE);
    const clock = new EdgeClock(systemGridClock(), { ...processClock, nowMs: () => performance.now() });
    const metrics = new Metrics();
    const settings = { file: options.file, maxBytes: options.maxBytes ?? 64 * 1024 * 1024, maxAgeMs: 90 * 86_400_000 };
    const outbox = new Outbox({
      backend: directBackend(settings, () => processClock.nowMs()),
      epoch: options.epoch,
      gridClock: clock,
      processClock,
      logger: silentLogger(),
      metrics: outboxMetrics(metrics),
      maxMemoryBytes: 16 * 1024 * 1024,
    });
    const devices = options.devices ?? [meter('M-1'), meter('M-2')];
    const rows = devices.map(({ id, model, kind }) => ({ id, model, kind, serial: undefined }));
    const layouts = devices.flatMap((device) => device.layouts);
    const opened = await outbox.open(layouts, rows);
    const { group = 'east', node = 'agent-1', primaryHost, mqttVersion, clientId } = options;
    const broker = {
      urls: [...options.urls],
      ...(mqttVersion === undefined ? {} : { mqttVersion }),
      ...(clientId === undefined ? {} : { clientId }),
    };
    const started = startNode({
      config: {
        group,
        node,
        broker,
        ...(primaryHost === undefined ? {} : { primaryHost }),
        ...(options.clock === undefined ? {} : { clock: options.clock }),
      },
      devices,
      outbox,
      opened,
      openLink: mqttLinks(broker, processClock),
      clock,
      processClock,
      random: seededRandom(1),
      logger: silentLogger(),
      metrics,
      version: '0.0.0',
      poll: () => ({ slowestMs: 12.5, medianMs: 8, missed: 0 }),
      onFatal: (error) => {
        throw error;
      },
      ...(options.delivery === undefined ? {} : { delivery: options.delivery }),
    });
    return new EdgeRig(outbox, started, metrics, clock, layouts);
  }

  private constructor(
    outbox: Outbox,
    started: StartedNode,
    metrics: Metrics,
    clock: EdgeClock,
    layouts: readonly RecordLayout[],
  ) {
    this.outbox = outbox;
    this.#started = started;
    this.metrics = metrics;
    this.clock = clock;
    this.#know(layouts);
  }

  /** Another configuration, as a reload takes it over. */
  async reconfigure(devices: readonly DeviceDescription[]): Promise<void> {
    const layouts = devices.flatMap((device) => device.layouts);
    const rows = devices.map(({ id, model, kind }) => ({ id, model, kind, serial: undefined }));
    await this.outbox.register(layouts, rows);
    await this.outbox.flush();
    this.#know(layouts);
    this.#started.node.reconfigure(devices);
  }

  #know(layouts: readonly RecordLayout[]): void {
    for (const layout of layouts) this.#layouts.set(`${layout.device} ${layout.pollClass}`, layout);
  }

  get waiting(): number {
    return this.#started.delivery.waiting;
  }

  get isReady(): boolean {
    return this.#started.session.isReady;
  }

  /** A read of a device's fast values (one cell a metric of `FAST`), or of its registers when there is one cell. */
  read(device: string, cells: readonly Cell[], timeMs = this.clock.nowMs(), clockGeneration = 1): void {
    const pollClass = cells.length === REGISTERS.length ? 'registers' : 'fast';
    const layout = this.#layouts.get(`${device} ${pollClass}`);
    if (!layout) throw new Error(`${device} has no ${pollClass} layout`);
    this.#started.node.take({
      layout,
      timeMs,
      clockGeneration,
      values: Float64Array.from(cells, (cell) => (typeof cell === 'number' ? cell : Number.NaN)),
      quality: Uint8Array.from(cells, (cell) => (typeof cell === 'number' ? GOOD : qualityCode(cell))),
    });
  }

  /** A read as a bus hands it over. */
  take(read: DeviceRead): void {
    this.#started.node.take(read);
  }

  up(device: string, serial?: string): void {
    const health = { device, up: true, quality: GOOD, sinceMs: this.clock.nowMs() };
    this.#started.node.health(serial === undefined ? health : { ...health, serial });
  }

  down(device: string): void {
    this.#started.node.health({ device, up: false, quality: qualityCode('silent'), sinceMs: this.clock.nowMs() });
  }

  /** Everything read so far is taken, and sent when there is a session. */
  flush(): Promise<void> {
    return this.outbox.flush();
  }

  async stop(): Promise<void> {
    await this.outbox.flush();
    await this.#started.node.stop();
    await this.outbox.stop();
  }
}
