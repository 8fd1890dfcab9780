import { RECORD_ORIGINS } from '../../edge/protocol/delivery.ts';
import { GOOD } from '../../edge/protocol/quality.ts';
import type { PollClass } from '../../edge/protocol/quantities.ts';
import { ORIGINS } from '../store/telemetry-store.ts';
import { type Binding, ROLE } from './bindings.ts';
import { type IngestContext, MAX_AHEAD_MS } from './context.ts';
import type { LedgerStream } from './delivery-ledger.ts';
import { isoOf } from './foreign-values.ts';
import { setText } from './live-text.ts';
import { recordNumberOf, textOf, ValueReader } from './metric-value.ts';
import type { PayloadWalker, WireMetric } from './payload-walker.ts';
import type { PointBuffer } from './point-buffer.ts';
import type { ProblemKind } from './problems.ts';
import type { RunClock } from './run-clock.ts';
import type { DeviceSession } from './sessions.ts';

const LIVE = ORIGINS.indexOf('live');
const CONFLICT = ORIGINS.indexOf('conflict');
/** What an edge may say of a record's origin, by its code on the wire, as codes of the store. */
const ORIGIN_CODES = RECORD_ORIGINS.map((origin) => ORIGINS.indexOf(origin));

/** Where the reader is within a message. */
const MODE = {
  /** Before the first record number. */
  outside: 0,
  /** A record has begun, none of its values was seen. */
  begun: 1,
  /** Its values go to the store. */
  taking: 2,
  /** It was received before, or cannot be taken; its values are passed over. */
  skipping: 3,
} as const;

/**
 * Reads the records of a data message of ours (edge/protocol/delivery.ts). A record is taken over whole or not at all: a
 * metric that cannot be placed takes the whole record back, so that it is not acknowledged and comes again. What is done
 * for each value is a look-up, a conversion and three array writes.
 */
export class RecordReader {
  readonly #context: IngestContext;
  readonly #walker: PayloadWalker;
  readonly #reader = new ValueReader();
  readonly #visit = (metric: WireMetric) => this.#metric(metric);
  #device!: DeviceSession;
  #stream: LedgerStream | undefined;
  #mode: number = MODE.outside;
  #buffer: PointBuffer | undefined;
  #n = 0;
  #timeMs = 0;
  #isHistorical = false;
  #origin = LIVE;
  /** What the record says of its origin. */
  #told = LIVE;
  #movesLive = false;
  #isBroken = false;
  #nowMs = 0;
  #payloadMs = 0;
  #values = 0;
  #records = 0;
  /** A metric of the message could not be placed: the node's birth is needed. */
  needsBirth = false;

  constructor(context: IngestContext, walker: PayloadWalker) {
    this.#context = context;
    this.#walker = walker;
  }

  /** @throws RangeError | Error when the bytes break off; the records before are taken */
  read(device: DeviceSession, payload: Buffer, payloadMs: number): void {
    this.#device = device;
    this.#stream = device.stream;
    this.#mode = MODE.outside;
    this.#nowMs = this.#context.gridClock.nowMs();
    this.#payloadMs = payloadMs;
    this.#values = 0;
    this.#records = 0;
    this.needsBirth = false;
    try {
      this.#walker.walk(payload, this.#visit);
    } catch (error) {
      this.#isBroken = true;
      throw error;
    } finally {
      this.#endRecord();
      this.#context.metrics.values.inc(this.#values);
      if (this.#records > 0) this.#context.metrics.records.inc(this.#records);
      this.#context.wake();
    }
  }

  #metric(metric: WireMetric): void {
    const binding = this.#device.bindings.find(metric);
    if (!binding) this.#unknown(metric);
    else if (binding.role === ROLE.value) this.#value(binding, metric);
    else if (binding.role === ROLE.recordNumber) this.#beginRecord(metric);
    else if (binding.role === ROLE.origin) this.#tellOrigin(metric);
    else if (binding.role === ROLE.epoch) this.#changeEpoch(metric);
    else if (binding.role === ROLE.text) this.#text(binding, metric);
  }

  #value(binding: Binding, metric: WireMetric): void {
    this.#values += 1;
    if (this.#mode === MODE.begun) this.#admit(binding);
    if (this.#mode !== MODE.taking) {
      if (this.#mode === MODE.outside) this.#outside(binding);
      return;
    }
    const reader = this.#reader;
    reader.readNumber(metric, binding.dataType);
    if (reader.quality !== GOOD && (reader.notFinite || reader.otherType)) this.#odd(binding);
    this.#buffer?.push(binding.series, reader.value, reader.quality);
    if (this.#movesLive) this.#context.state.set(binding.slot, reader.value, reader.quality, this.#timeMs);
  }

  #beginRecord(metric: WireMetric): void {
    this.#endRecord();
    const n = recordNumberOf(metric);
    const stream = this.#stream;
    if (n === undefined || n < 1 || !stream) {
      if (n === undefined || n < 1) this.#note('delivery', 'a record without a number of its own');
      this.#mode = MODE.skipping;
      return;
    }
    this.#n = n;
    this.#timeMs = Number.isNaN(metric.timeMs) ? this.#payloadMs : metric.timeMs;
    this.#isHistorical = metric.isHistorical;
    this.#isBroken = false;
    this.#told = LIVE;
    const taking = stream.received.check(n);
    this.#mode = taking === 'new' ? MODE.begun : MODE.skipping;
    if (taking === 'new') return;
    if (taking === 'refused') this.#note('limit', `too many gaps in the epoch ${stream.id.epoch}`);
    else this.#context.metrics.duplicates.inc();
    // What waits is acknowledged by its commit; what is stored must be acknowledged again, or it comes for ever.
    if (taking === 'duplicate') this.#context.acks.request(stream);
  }

  /** The record says where its values come from; of an origin unknown here it is not taken, and comes again. */
  #tellOrigin(metric: WireMetric): void {
    if (this.#mode !== MODE.begun) return;
    const origin = ORIGIN_CODES[recordNumberOf(metric) ?? -1];
    if (origin !== undefined) {
      this.#told = origin;
      return;
    }
    this.#mode = MODE.skipping;
    this.#note('delivery', `record ${this.#n} is of an origin that is not known here`);
  }

  /** The record's first value shows its poll class: now its time can be judged. */
  #admit(binding: Binding): void {
    const device = this.#device;
    this.#mode = MODE.taking;
    this.#origin = this.#judge(binding) ? CONFLICT : this.#told;
    const isLive = this.#origin === LIVE && !this.#isHistorical && !device.isDraining && !this.#isInBirth();
    const { newest } = device;
    this.#movesLive = isLive && this.#timeMs >= newest[binding.pollClass];
    if (this.#movesLive) {
      newest[binding.pollClass] = this.#timeMs;
      if (this.#timeMs > (device.state.lastReadingMs ?? 0)) device.state.lastReadingMs = this.#timeMs;
      this.#context.metrics.lag.observe(Math.max(0, this.#nowMs - this.#timeMs) / 1000);
    }
    this.#openBuffer();
  }

  #openBuffer(): void {
    this.#buffer = this.#context.waiting.bufferFor(Math.max(1, this.#device.values));
    if (this.#buffer) {
      this.#buffer.beginRecord();
      return;
    }
    this.#context.metrics.notTaken.inc(this.#device.values);
    this.#note('overflow', 'too many values wait for the store; the record comes again');
  }

  /** Whether the record's time is in conflict with what is known of its device. */
  #judge(binding: Binding): boolean {
    const stream = this.#stream;
    if (!stream) return false;
    const device = this.#device;
    if (this.#timeMs > this.#nowMs + MAX_AHEAD_MS) {
      this.#note('future_time', `record ${this.#n} at ${isoOf(this.#timeMs)}`);
      return true;
    }
    // The device's own past goes back in time by its nature, and says nothing of the edge's clock.
    if (this.#told !== LIVE) return false;
    const compare = !this.#isHistorical && !this.#isInBirth();
    const newestMs = compare ? device.newest[binding.pollClass] : Number.NEGATIVE_INFINITY;
    const verdict = this.#clockOf(stream, binding.pollClass).judge(this.#n, this.#timeMs, newestMs);
    if (verdict.fence) {
      this.#context.ledger.fence(stream, device.id, binding.pollClass, verdict.fence);
      this.#note(
        'clock_back',
        `record ${this.#n} at ${isoOf(this.#timeMs)}, after one at ${isoOf(verdict.fence.untilMs)}`,
      );
    }
    return verdict.conflict;
  }

  /** The records that a birth took its values from may follow it: they are shown already, and not behind themselves. */
  #isInBirth(): boolean {
    return this.#n <= this.#device.birthN && this.#stream === this.#device.stream;
  }

  #clockOf(stream: LedgerStream, pollClass: PollClass): RunClock {
    const device = this.#device;
    if (device.clocks?.stream !== stream) device.clocks = { stream, fast: undefined, registers: undefined };
    const known = device.clocks[pollClass];
    if (known) return known;
    const clock = this.#context.ledger.clockOf(stream, device.id, pollClass);
    device.clocks[pollClass] = clock;
    return clock;
  }

  #endRecord(): void {
    const mode = this.#mode;
    this.#mode = MODE.outside;
    if (mode === MODE.begun) {
      // A record without values is a record: it must be settled, too.
      this.#origin = LIVE;
      this.#openBuffer();
    } else if (mode !== MODE.taking) return;
    const buffer = this.#buffer;
    const stream = this.#stream;
    this.#buffer = undefined;
    if (!buffer || !stream) return;
    if (this.#isBroken) {
      buffer.takeBackRecord();
      return;
    }
    this.#commitRecord(buffer, stream);
  }

  #commitRecord(buffer: PointBuffer, stream: LedgerStream): void {
    const isConflict = this.#origin === CONFLICT;
    const index = buffer.streamIndex(stream);
    // The digits below the millisecond keep a conflict apart from the value that stands at its time.
    const apart = isConflict ? 1 + (this.#n % 999) : 0;
    buffer.endRecord(this.#timeMs * 1000 + apart, this.#origin, index, this.#n);
    buffer.take(index, this.#n);
    this.#records += 1;
    if (isConflict) {
      this.#context.metrics.conflicts.inc();
      return;
    }
    buffer.noteTime(this.#timeMs);
    if (!this.#isHistorical) return;
    this.#context.metrics.historical.inc();
    buffer.noteBackfill(this.#device.id, this.#timeMs);
  }

  #changeEpoch(metric: WireMetric): void {
    this.#endRecord();
    const epoch = textOf(metric) ?? '';
    const { node } = this.#device;
    const { ledger, acks } = this.#context;
    this.#stream = ledger.known(node.id, epoch);
    if (this.#stream) return;
    const lastN = ledger.closedLastN(node.id, epoch);
    if (lastN !== undefined) acks.requestClosed(node.id, epoch, lastN);
    else this.#note('delivery', `records of an epoch that no birth has named: ${epoch.slice(0, 60)}`);
  }

  #text(binding: Binding, metric: WireMetric): void {
    if (this.#mode === MODE.skipping || this.#mode === MODE.outside) return;
    if (!this.#isHistorical && !this.#device.isDraining) setText(this.#context.state, binding, metric, this.#timeMs);
  }

  #unknown(metric: WireMetric): void {
    this.#isBroken = true;
    this.needsBirth = true;
    if (metric.name === undefined) this.#note('unknown_alias', `alias ${metric.alias} was not in the birth`);
    else this.#note('unknown_metric', `${metric.name} was not in the birth`);
  }

  #outside(binding: Binding): void {
    if (this.#values === 1) this.#note('delivery', `${binding.name} stands before the first record number`);
  }

  #odd(binding: Binding): void {
    if (this.#reader.notFinite) this.#note('not_finite', `${binding.name} is not a finite number`);
    else this.#note('type_changed', `${binding.name} is not of the data type of its birth`);
  }

  #note(kind: ProblemKind, reason: string): void {
    this.#context.problems.note(kind, this.#device.topic, reason);
  }
}
