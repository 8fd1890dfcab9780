import { EdgeClock } from '../../../../edge/clock-generation.ts';
import type { LinkEvents, OpenLink } from '../../../../edge/node/link.ts';
import { startNode } from '../../../../edge/node/start-node.ts';
import { Outbox } from '../../../../edge/outbox/outbox.ts';
import { outboxMetrics } from '../../../../edge/outbox/outbox-metrics.ts';
import { ManualGridClock, ManualProcessClock } from '../../../../edge/platform/clock.ts';
import { silentLogger } from '../../../../edge/platform/log.ts';
import { Metrics } from '../../../../edge/platform/metrics.ts';
import { DATA_TYPES } from '../../../../edge/protocol/datatypes.ts';
import { NODE_CONTROL } from '../../../../edge/protocol/delivery.ts';
import { decodePayload, encodePayload, integerOf, type Payload } from '../../../../edge/protocol/payload.ts';
import { GOOD, qualityCode } from '../../../../edge/protocol/quality.ts';
import { parseTopic } from '../../../../edge/protocol/topics.ts';
import type { DeviceDescription, RecordLayout } from '../../../../edge/reading.ts';
import { nowhere } from '../../../support/nowhere-outbox.ts';

/** A message of the node; `connection` counts from 1. */
export interface Published {
  readonly connection: number;
  readonly atMs: number;
  readonly type: string;
  readonly device: string | undefined;
  readonly seq: number | undefined;
  readonly payload: Payload;
}

export function idOf(index: number): string {
  return `M-${String(index + 1).padStart(5, '0')}`;
}

/** A node with meters, on a connection and with clocks of the test's own will. */
export class NodeWorld {
  readonly sent: Published[] = [];
  readonly clock = new ManualProcessClock();
  bufferedBytes = 0;
  /** Whether the broker can be reached. */
  isReachable = true;
  readonly metrics = new Metrics();
  #connection = 0;
  #events: LinkEvents | undefined;
  readonly #grid = new ManualGridClock(1_770_000_000_000);
  readonly #devices: DeviceDescription[];
  readonly #outbox: Outbox;
  #node!: ReturnType<typeof startNode>['node'];

  static async start(devices: number): Promise<NodeWorld> {
    const world = new NodeWorld(devices);
    await world.#start();
    return world;
  }

  private constructor(devices: number) {
    this.#devices = Array.from({ length: devices }, (_, index) => meter(idOf(index)));
    this.#outbox = new Outbox({
      backend: nowhere,
      epoch: 'E',
      gridClock: this.#grid,
      processClock: this.clock,
      logger: silentLogger(),
      metrics: outboxMetrics(new Metrics()),
      maxMemoryBytes: 2 ** 20,
    });
  }

  async #start(): Promise<void> {
    const opened = await this.#outbox.open(
      this.#devices.flatMap(({ layouts }) => layouts),
      [],
    );
    this.#node = startNode({
      config: { group: 'east', node: 'agent-1', broker: { urls: ['mqtt://broker'] } },
      devices: this.#devices,
      outbox: this.#outbox,
      opened,
      openLink: this.#open,
      clock: new EdgeClock(this.#grid, this.clock),
      processClock: this.clock,
      random: () => 0.5,
      logger: silentLogger(),
      metrics: this.metrics,
      version: '0.0.0',
      poll: () => ({ slowestMs: 1, medianMs: 1, missed: 0 }),
      onFatal: (error) => {
        throw error;
      },
    }).node;
  }

  readonly #open: OpenLink = async (_url, _clientId, _will, events) => {
    if (!this.isReachable) throw new Error('no broker');
    const connection = ++this.#connection;
    this.#events = events;
    events.connectSent();
    const world = this;
    return {
      get bufferedBytes() {
        return world.bufferedBytes;
      },
      subscribe: async () => {},
      publish: (topic, bytes) => this.#published(connection, topic, bytes),
      end: async () => {},
      destroy: () => {},
    };
  };

  #published(connection: number, topic: string, bytes: Uint8Array): void {
    const parsed = parseTopic(topic);
    const decoded = decodePayload(bytes);
    if (!parsed || parsed.type === 'STATE' || !('payload' in decoded)) throw new Error(`no message: ${topic}`);
    const { payload } = decoded;
    const seq = Object.hasOwn(payload, 'seq') ? integerOf(payload.seq) : undefined;
    const { type, device } = parsed;
    this.sent.push({ connection, atMs: this.clock.nowMs(), type, device, seq, payload });
  }

  /** Time goes by; what waits on promises happens. */
  async pass(ms: number): Promise<void> {
    this.#grid.advance(ms);
    this.clock.advance(ms);
    await this.#outbox.flush();
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  }

  read(index: number, value = 230): void {
    const layout = this.#devices[index]?.layouts[0];
    if (!layout) throw new Error('no such meter');
    const timeMs = this.#grid.nowMs();
    this.#node.take({
      layout,
      timeMs,
      clockGeneration: 0,
      values: Float64Array.of(value),
      quality: Uint8Array.of(GOOD),
    });
  }

  health(index: number, up: boolean): void {
    const quality = up ? GOOD : qualityCode('silent');
    this.#node.health({ device: idOf(index), up, quality, sinceMs: this.#grid.nowMs() });
  }

  rebirth(): void {
    const metric = { name: NODE_CONTROL.rebirth, datatype: DATA_TYPES.Boolean, booleanValue: true };
    this.#events?.message('spBv1.0/east/NCMD/agent-1', encodePayload({ timestamp: 1, metrics: [metric] }));
  }

  cut(): void {
    this.#events?.closed('cut');
  }

  /** Records that the node counts as published. */
  async published(): Promise<string | undefined> {
    return (await this.metrics.text()).split('\n').find((line) => /published.*kind="live"/.test(line));
  }
}

function meter(id: string): DeviceDescription {
  const layouts: RecordLayout[] = [{ device: id, pollClass: 'fast', metrics: ['voltage_a'] }];
  return { id, model: 'test/meter', kind: 'meter', layouts };
}
