import type { OpenEpoch, Tombstone } from '../../edge/protocol/delivery.ts';
import { lostValues } from '../../edge/protocol/losses.ts';
import type { PollClass } from '../../edge/protocol/quantities.ts';
import type { Range } from '../../edge/protocol/ranges.ts';
import type { Restoration } from '../state/restoration.ts';
import type { ReceivedRanges, RecordStream } from '../store/telemetry-store.ts';
import { deliveryReport } from './delivery-report.ts';
import type { LedgerLimits } from './delivery-retention.ts';
import type { DeliveryState, FenceRow, StreamRow } from './delivery-state.ts';
import { EndedRuns } from './ended-runs.ts';
import { FOLD_STEP_ROWS, type Folded } from './explanation-fold.ts';
import type { Explanation } from './explanation-table.ts';
import type { DeliveryReport, ExplanationsPart, ExplanationsRequest, LostValues } from './host.ts';
import { newLosses } from './new-losses.ts';
import type { StreamRef } from './point-buffer.ts';
import { ReceivedStream } from './received-stream.ts';
import { RunClock } from './run-clock.ts';

/** One epoch of a node, and what hangs on it. */
export interface LedgerStream extends StreamRef {
  /** The edge has said that nothing of it waits any more. */
  closed: boolean;
  /**
   * Some of it was explained as lost by the host itself. Such an epoch keeps its ranges, so that records which turn up
   * all the same (an outbox file that was away and came back) are stored and not taken for repeats.
   */
  hasLost: boolean;
  /** Reading times by device and poll class. */
  readonly clocks: Map<string, RunClock>;
}

/** Of so many ended runs with a loss a node keeps its ranges. */
const MAX_LOSSY_RUNS = 100;

/** Changes that must be on disk before anything is acknowledged because of them. */
interface Unsaved {
  readonly explanations: Explanation[];
  readonly fences: FenceRow[];
  readonly streams: Set<LedgerStream>;
  readonly rejected: Map<string, number>;
}

/** What is said of records that will not come, whichever they are. */
type Why = Pick<Explanation, 'reason' | 'devices' | 'fromMs' | 'toMs' | 'losses'>;

/** Nothing is known but the reason. */
function unknown(reason: string): Why {
  return { reason, devices: [], fromMs: 0, toMs: 0 };
}

/** Reason of records that nobody will ever see: the epoch ended at the edge without them. */
const LOST = 'lost';

/** Told of records that are explained from now on, and of how many values in them. */
export type OnExplained = (node: string, reason: string, records: number, values: number) => void;

/**
 * Every epoch of every node: which records are stored, explained or still missing. The state machine of one epoch is
 * `ReceivedStream`; this keeps them by name, and their durable part in the state file.
 */
export class DeliveryLedger {
  readonly #state: DeliveryState;
  readonly #onExplained: OnExplained;
  readonly #streams = new Map<string, Map<string, LedgerStream>>();
  readonly #ended = new EndedRuns();
  readonly #fences: ReadonlyMap<string, FenceRow[]>;
  readonly #rejected: Map<string, number>;
  readonly #restoration: Restoration | undefined;
  #unsaved: Unsaved = noChanges();
  readonly #leftInStore: RecordStream[] = [];

  constructor(state: DeliveryState, received: readonly ReceivedRanges[], onExplained: OnExplained = () => undefined) {
    this.#state = state;
    this.#onExplained = onExplained;
    this.#rejected = state.rejectedValues();
    this.#restoration = state.restoration();
    this.#fences = Map.groupBy(state.fences(), (fence) => clockKey(fence.epoch, fence.device, fence.pollClass));
    for (const { stream, ranges } of received) this.#restore(stream.node, stream.epoch).received.restore(ranges);
    for (const { node, epoch, range, reason } of state.explained()) {
      const stream = this.#restore(node, epoch);
      stream.received.explain(...range);
      stream.hasLost ||= reason === LOST;
    }
    for (const row of state.streams()) this.#restoreRow(row);
    for (const { node, sum } of state.endedRuns()) this.#ended.rememberSum(node, sum);
  }

  /** The epoch of a node when it is known and not closed and forgotten. */
  known(node: string, epoch: string): LedgerStream | undefined {
    return this.#streams.get(node)?.get(epoch);
  }

  /** The epoch of a node, made when it is new. Undefined when it is closed and forgotten: all of it is settled. */
  stream(node: string, epoch: string): LedgerStream | undefined {
    const known = this.known(node, epoch);
    if (known) return known;
    if (this.#ended.of(node, epoch)) return undefined;
    return this.#restore(node, epoch);
  }

  /** The last n of an epoch that is settled altogether. */
  closedLastN(node: string, epoch: string): number | undefined {
    return this.#ended.of(node, epoch)?.lastN;
  }

  streamsOf(node: string): readonly LedgerStream[] {
    return [...(this.#streams.get(node)?.values() ?? [])];
  }

  clockOf(stream: LedgerStream, device: string, pollClass: PollClass): RunClock {
    const key = `${device}\0${pollClass}`;
    const known = stream.clocks.get(key);
    if (known) return known;
    const fences = this.#fences.get(clockKey(stream.id.epoch, device, pollClass)) ?? [];
    const clock = new RunClock(fences.filter((fence) => fence.node === stream.id.node));
    stream.clocks.set(key, clock);
    return clock;
  }

  /** A birth of the node: what it says of its epochs. Returns the streams to acknowledge. */
  birth(
    node: string,
    epoch: string,
    first: number | undefined,
    open: readonly OpenEpoch[] | undefined,
  ): LedgerStream[] {
    const current = this.stream(node, epoch) ?? this.#reopen(node, epoch);
    if (current.closed) {
      current.closed = false;
      this.#unsaved.streams.add(current);
    }
    if (first !== undefined) {
      this.#explainSettled(current, current.received.settledBelow(first));
    }
    if (open) {
      for (const { epoch: earlier, lastN } of open) this.stream(node, earlier)?.received.knownUpTo(lastN);
      const alive = new Set([epoch, ...open.map((entry) => entry.epoch)]);
      for (const stream of this.streamsOf(node)) {
        if (!alive.has(stream.id.epoch) && !stream.closed) this.#close(stream, stream.received.lastN);
      }
    }
    return this.streamsOf(node).filter((stream) => !stream.closed);
  }

  tombstone(node: string, tombstone: Tombstone): LedgerStream | undefined {
    const stream = this.stream(node, tombstone.epoch);
    if (!stream) return undefined;
    const [from, to] = tombstone.range;
    const missing = from >= 1 && from <= to ? stream.received.missingIn(from, to) : [];
    if (missing.length > 0) {
      const losses = newLosses(node, tombstone, this.#state.explanations, this.#unsaved.explanations);
      this.#explain(stream, missing, { ...tombstone, losses });
    }
    return stream;
  }

  /** The edge says that nothing of an epoch waits: what was never seen of it is lost. */
  close(node: string, epoch: string, lastN: number): LedgerStream | undefined {
    const stream = this.stream(node, epoch);
    if (stream && !stream.closed) this.#close(stream, lastN);
    return stream;
  }

  fence(stream: LedgerStream, device: string, pollClass: PollClass, fence: { afterN: number; untilMs: number }): void {
    const { node, epoch } = stream.id;
    this.#unsaved.fences.push({ node, epoch, device, pollClass, ...fence });
  }

  rejected(node: string, values: number): void {
    this.#rejected.set(node, (this.#rejected.get(node) ?? 0) + values);
    this.#unsaved.rejected.set(node, (this.#unsaved.rejected.get(node) ?? 0) + values);
  }

  get hasUnsaved(): boolean {
    const { explanations, fences, streams, rejected } = this.#unsaved;
    return explanations.length + fences.length + streams.size + rejected.size > 0;
  }

  /** Writes what has changed; when it returns it may be acknowledged. Throws when the state cannot be written: try again. */
  save(nowMs: number): void {
    if (!this.hasUnsaved) return;
    const { explanations, fences, streams, rejected } = this.#unsaved;
    this.#state.transaction(() => {
      for (const explanation of explanations) this.#state.explanations.put(explanation, nowMs);
      for (const fence of fences) this.#state.putFence(fence, nowMs);
      for (const stream of streams) this.#state.putStream(rowOf(stream, false), nowMs);
      for (const [node, values] of rejected) this.#state.addRejected(node, values, nowMs);
    });
    this.#unsaved = noChanges();
  }

  /** What is explained of a node's records, and written down; the latest first. */
  explanations(node: string, { limit, after }: ExplanationsRequest): ExplanationsPart {
    const table = this.#state.explanations;
    const found = table.page(node, limit + 1, after);
    const hasMore = found.length > limit;
    return { items: found.slice(0, limit), total: table.count(node), hasMore, folded: this.#state.folds.sums(node) };
  }

  /** What was lost of a device, and written down. */
  lostValues(device: string): readonly LostValues[] {
    return this.#state.explanations.ofDevice(device);
  }

  /** Nodes of which anything is known. */
  nodes(): ReadonlySet<string> {
    return new Set([...this.#streams.keys(), ...this.#ended.nodes()]);
  }

  /** One step of keeping the limits for a node, written down at once. True when there is more to do. */
  fold(node: string, limits: LedgerLimits, nowMs: number): Folded & { readonly hasMore: boolean } {
    // A run with an explanation that is still listed stays: by that it would come back at the next start.
    const mayGo = (epoch: string) => !this.#state.explanations.hasAny(node, epoch);
    const surplus = this.#ended.surplus(node, limits.maxEndedRuns, mayGo);
    const folded = this.#state.fold(node, limits, surplus, nowMs);
    if (surplus) this.#ended.fold(node, surplus);
    return { ...folded, hasMore: folded.explanations + folded.losses >= FOLD_STEP_ROWS };
  }

  /** Closed epochs of which everything is settled by the edge's word or the store: their ranges can be forgotten. */
  forgettable(): LedgerStream[] {
    return [...this.#streams.values()].flatMap((epochs) => {
      const settled = [...epochs.values()].filter(
        (stream) => stream.closed && !stream.received.waits && !this.#unsaved.streams.has(stream),
      );
      const lossy = settled.filter((stream) => stream.hasLost);
      const kept = new Set(lossy.slice(-MAX_LOSSY_RUNS));
      return settled.filter((stream) => !kept.has(stream));
    });
  }

  /**
   * The epoch leaves the memory; its counts stay. The store forgets its ranges after this has been written: the other way
   * round a crash in between would leave an epoch of which nothing seems to be stored.
   */
  forget(stream: LedgerStream, nowMs: number): void {
    const row = rowOf(stream, true);
    // A start that never read anything leaves no trace.
    if (row.lastN > 0) {
      this.#state.putStream(row, nowMs);
      this.#ended.remember(row.node, row.epoch, row);
    }
    this.#streams.get(row.node)?.delete(row.epoch);
    this.#leftInStore.push(stream.id);
  }

  /** Epochs that are forgotten here and perhaps not yet in the store. */
  takeLeftInStore(): RecordStream[] {
    return this.#leftInStore.splice(0);
  }

  report(node: string, unprotected: number, asOfMs: number): DeliveryReport | undefined {
    const open = this.streamsOf(node);
    const ended = this.#ended.total(node);
    if (open.length + ended.runs === 0) return undefined;
    const rejectedValues = this.#rejected.get(node) ?? 0;
    return deliveryReport(open, ended, { rejectedValues, unprotected, asOfMs });
  }

  /**
   * An epoch that ended lives on: two nodes by one name took turns, each ending the other's. What was settled of it stays
   * settled, in words, since its ranges are forgotten.
   */
  #reopen(node: string, epoch: string): LedgerStream {
    const lastN = this.closedLastN(node, epoch) ?? 0;
    this.#ended.remove(node, epoch);
    const stream = this.#restore(node, epoch);
    if (lastN > 0) this.#explain(stream, [[1, lastN]], unknown('settled_before'));
    this.#unsaved.streams.add(stream);
    return stream;
  }

  /** The edge was told that they are stored: by a host that this is not, or by this one, before it was restored to an earlier state. */
  #explainSettled(stream: LedgerStream, ranges: readonly Range[]): void {
    const { takenMs, restoredMs } = this.#restoration ?? { takenMs: 0, restoredMs: 0 };
    const reason = this.#restoration ? 'lost_by_restore' : 'settled_elsewhere';
    this.#explain(stream, ranges, { ...unknown(reason), fromMs: takenMs, toMs: restoredMs });
  }

  #close(stream: LedgerStream, lastN: number): void {
    stream.closed = true;
    stream.received.knownUpTo(lastN);
    this.#explain(stream, stream.received.missingIn(1, stream.received.lastN), unknown(LOST));
    this.#unsaved.streams.add(stream);
  }

  #explain(stream: LedgerStream, ranges: readonly Range[], why: Why): void {
    const { node, epoch } = stream.id;
    const { reason, devices, fromMs, toMs } = why;
    if (reason === LOST && ranges.length > 0) stream.hasLost = true;
    for (const [index, [from, to]] of ranges.entries()) {
      const losses = index === 0 ? why.losses : undefined;
      stream.received.explain(from, to);
      this.#unsaved.explanations.push({ node, epoch, range: [from, to], reason, devices, fromMs, toMs, losses });
      this.#onExplained(node, reason, to - from + 1, losses ? lostValues(losses) : 0);
    }
  }

  #restore(node: string, epoch: string): LedgerStream {
    const epochs = this.#streams.get(node) ?? new Map<string, LedgerStream>();
    this.#streams.set(node, epochs);
    const known = epochs.get(epoch);
    if (known) return known;
    const stream: LedgerStream = {
      id: { node, epoch },
      received: new ReceivedStream(),
      lastBuffer: undefined,
      lastIndex: 0,
      closed: false,
      hasLost: false,
      clocks: new Map(),
    };
    epochs.set(epoch, stream);
    return stream;
  }

  #restoreRow(row: StreamRow): void {
    if (row.forgotten) {
      const left = this.known(row.node, row.epoch);
      if (left && left.received.stored.size > 0) this.#leftInStore.push(left.id);
      this.#streams.get(row.node)?.delete(row.epoch);
      this.#ended.remember(row.node, row.epoch, row);
      return;
    }
    const stream = this.#restore(row.node, row.epoch);
    stream.received.knownUpTo(row.lastN);
    stream.closed = row.closed;
    // The order in which they were written is that in which they ended; the store's ranges came in any.
    this.#streams.get(row.node)?.delete(row.epoch);
    this.#streams.get(row.node)?.set(row.epoch, stream);
  }
}

function rowOf(stream: LedgerStream, forgotten: boolean): StreamRow {
  const { received, closed } = stream;
  const stored = received.stored.count;
  return { ...stream.id, lastN: received.lastN, closed, forgotten, stored, explained: received.explainedCount() };
}

function clockKey(epoch: string, device: string, pollClass: PollClass): string {
  return `${epoch}\0${device}\0${pollClass}`;
}

function noChanges(): Unsaved {
  return { explanations: [], fences: [], streams: new Set(), rejected: new Map() };
}
