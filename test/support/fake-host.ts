import type { DeviceKind } from '../../edge/protocol/delivery.ts';
import { pollClassOf, quantityOf } from '../../edge/protocol/quantities.ts';
import type {
  DeliveryReport,
  ExplainedRecords,
  ExplanationPlace,
  ExplanationsPart,
  ExplanationsRequest,
  FoldedExplanations,
  HealthReport,
  LostValues,
  PendingPoint,
  SparkplugHost,
} from '../../server/ingest/host.ts';
import type { IngestProblem } from '../../server/ingest/problems.ts';
import { LiveState, type Presence } from '../../server/live/live-state.ts';
import type { FakeStore } from './fake-store.ts';

/** A command that the fake host was asked for. */
export interface SentCommand {
  readonly agent: string;
  readonly device: string | undefined;
  readonly metric?: string;
  readonly value?: number | string | boolean | null;
}

/** A Sparkplug host whose state a test writes itself, and that only notes its commands. */
export class FakeHost implements SparkplugHost {
  readonly state = new LiveState();
  readonly sent: SentCommand[] = [];
  readonly deliveries = new Map<string, DeliveryReport>();
  readonly explained = new Map<string, readonly ExplainedRecords[]>();
  readonly folded = new Map<string, readonly FoldedExplanations[]>();
  readonly lost = new Map<string, readonly LostValues[]>();
  waiting: PendingPoint[] = [];
  noticed: IngestProblem[] = [];
  storedUntil = 0;
  health: HealthReport = { ok: true, reason: 'connected' };
  failure: Error | undefined;

  broker(): HealthReport {
    return this.health;
  }

  async requestRebirth(agent: string, device?: string): Promise<void> {
    if (this.failure) throw this.failure;
    this.sent.push({ agent, device });
  }

  async writeMetric(
    agent: string,
    device: string | undefined,
    metric: string,
    value: number | string | boolean | null,
  ): Promise<void> {
    if (this.failure) throw this.failure;
    this.sent.push({ agent, device, metric, value });
  }

  delivery(agent: string): DeliveryReport | undefined {
    return this.deliveries.get(agent);
  }

  explanations(agent: string, { limit, after }: ExplanationsRequest): ExplanationsPart {
    const all = [...(this.explained.get(agent) ?? [])].sort(latestFirst);
    const isAfter = (one: ExplainedRecords) => after === undefined || latestFirst(one, endOf(after)) > 0;
    const rest = all.filter(isAfter);
    const hasMore = rest.length > limit;
    return { items: rest.slice(0, limit), total: all.length, hasMore, folded: this.folded.get(agent) ?? [] };
  }

  lostValues(device: string): readonly LostValues[] {
    return this.lost.get(device) ?? [];
  }

  storedUntilMs(): number {
    return this.storedUntil;
  }

  pending(series: ReadonlySet<number>, fromMs: number, toMs: number): readonly PendingPoint[] {
    return this.waiting.filter((point) => series.has(point.series) && point.timeMs >= fromMs && point.timeMs < toMs);
  }

  problems(): readonly IngestProblem[] {
    return this.noticed;
  }

  onBackfill(): () => void {
    return () => {};
  }

  addAgent(id: string, presence: Presence = 'online'): void {
    const [group = '', node = ''] = id.split('/');
    const base = { id, group, node, presence, sinceMs: 1000, lastSeenMs: 2000, bdSeq: 0, epoch: 'e1' };
    this.state.agents.set(id, { ...base, metrics: new Map(), devices: new Set() });
  }

  /** Adds a device of an agent that is there, with a slot and a series for each metric. */
  addDevice(
    store: FakeStore,
    id: string,
    metrics: readonly string[],
    fields: { agent: string; model?: string; serial?: string; presence?: Presence; kind?: DeviceKind },
  ): void {
    const { agent, model, serial, presence = 'online', kind = 'meter' } = fields;
    const state = { id, agent, model, serial, kind, presence, sinceMs: 1000, lastReadingMs: undefined, slots: [] };
    this.state.devices.set(id, state);
    this.state.agents.get(agent)?.devices.add(id);
    for (const metric of metrics) {
      const quantity = quantityOf(metric);
      const pollClass = pollClassOf(quantity?.kind ?? 'instantaneous');
      const series = store.seriesOf({ device: id, metric, kind, pollClass });
      this.state.addSlot({ device: id, metric, unit: quantity?.unit ?? '', dataType: 9, series });
    }
  }

  /** A new live value. */
  set(device: string, metric: string, value: number, quality: number, timeMs: number): void {
    const slot = this.state.slotOf(device, metric);
    if (slot) this.state.set(slot.index, value, quality, timeMs);
  }
}

type Placed = Pick<ExplainedRecords, 'explainedMs' | 'epoch' | 'range'>;

function endOf({ explainedMs, epoch, firstN }: ExplanationPlace): Placed {
  return { explainedMs, epoch, range: [firstN, firstN] };
}

function latestFirst(a: Placed, b: Placed): number {
  if (a.explainedMs !== b.explainedMs) return b.explainedMs - a.explainedMs;
  if (a.epoch !== b.epoch) return a.epoch < b.epoch ? -1 : 1;
  return a.range[0] - b.range[0];
}
