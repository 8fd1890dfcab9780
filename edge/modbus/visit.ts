import { GOOD, type QualityCode, qualityCode } from '../protocol/quality.ts';
import { type Findings, RefusalSearch } from './bisect.ts';
import { decodeInto } from './decode.ts';
import type { BusDevice } from './device.ts';
import type { Line } from './line.ts';
import { newNumbers } from './number-slab.ts';
import type { Block } from './plan.ts';
import type { ClassMask, ReadPlan, ReadTarget } from './read-plan.ts';
import type { ReadFailure, ReadHandler } from './transport/transport.ts';

const SILENT = qualityCode('silent');
const EXCEPTION = qualityCode('exception');
const MALFORMED = qualityCode('malformed');
const DISCONNECTED = qualityCode('disconnected');

/** Exceptions of the Modbus application protocol V1.1b3, section 7, that are treated in their own way. */
const ILLEGAL_ADDRESS = 2;
const ILLEGAL_VALUE = 3;
const TARGET_SILENT = 11;

/** Reads that the search in refused blocks may add to a visit: 2·log2(125) and some. */
const MAX_SEARCH_READS = 16;

export interface VisitOrder {
  readonly device: BusDevice;
  readonly classes: ClassMask;
  readonly plan: ReadPlan;
  readonly timeoutMs: number;
  readonly gapMs: number;
}

/** What a visit brought home. The arrays are new for each visit; undefined for a class that was not read. */
export interface VisitResult {
  readonly order: VisitOrder;
  readonly fast: ClassValues | undefined;
  readonly registers: ClassValues | undefined;
  /** Good when the visit went through, even if the device refused some registers; else why it was broken off. */
  readonly brokenOff: QualityCode;
  /** In words, for the log. */
  readonly why?: string;
  readonly requests: number;
  /** What the device's refusals have taught, if there were any. */
  readonly learned: Findings | undefined;
}

/** Values of one poll class, in the order of its layout. */
export interface ClassValues {
  readonly values: Float64Array;
  readonly quality: Uint8Array;
  /** Number of values with an answer behind them, good or not. */
  readonly answered: number;
}

class Values implements ClassValues {
  readonly values: Float64Array;
  readonly quality: Uint8Array;
  answered = 0;

  constructor(size: number) {
    this.values = newNumbers(size);
    this.quality = new Uint8Array(size);
  }

  missing(index: number, reason: QualityCode): void {
    this.values[index] = Number.NaN;
    this.quality[index] = reason;
  }
}

/** Reads one device once: block after block, splitting what the device refuses. A bus has one and uses it over again. */
export class Visit implements ReadHandler {
  readonly #line: Line;
  readonly #onEnd: (result: VisitResult) => void;
  readonly #mayGoOn: () => boolean;
  #order: VisitOrder | undefined;
  #fast: Values | undefined;
  #registers: Values | undefined;
  #block: Block<ReadTarget> | undefined;
  #nextBlock = 0;
  #requests = 0;
  #search: RefusalSearch<ReadTarget> | undefined;
  #searchReads = 0;
  /** Time that the requests of searches have taken in this visit. */
  #searchMs = 0;
  #searchFromMs = 0;
  #learned: Findings | undefined;

  /** `mayGoOn` is asked before each request but the first; after a no, `goOn` sends it. */
  constructor(line: Line, onEnd: (result: VisitResult) => void, mayGoOn = () => true) {
    this.#line = line;
    this.#onEnd = onEnd;
    this.#mayGoOn = mayGoOn;
  }

  /** Whom it reads; undefined when it has ended. */
  get device(): BusDevice | undefined {
    return this.#order?.device;
  }

  /** Requests sent so far. */
  get requests(): number {
    return this.#requests;
  }

  /** Requests that are still to come, as far as that is known. */
  get requestsLeft(): number {
    return (this.#order?.plan.blocks.length ?? 0) - this.#nextBlock + 1;
  }

  begin(order: VisitOrder): void {
    const { device, classes, plan } = order;
    this.#order = order;
    this.#fast = valuesFor(device.fast?.metrics, classes & 1);
    this.#registers = valuesFor(device.registers?.metrics, classes & 2);
    this.#nextBlock = 0;
    this.#requests = 0;
    this.#searchReads = 0;
    this.#searchMs = 0;
    this.#learned = undefined;
    for (const target of plan.refused) this.#missing(target, EXCEPTION);
    this.#continue();
  }

  onRegisters(bytes: Uint8Array): void {
    const block = this.#block;
    if (block === undefined) return;
    const search = this.#search;
    if (search === undefined || !search.isChecking) this.#decode(block, bytes);
    if (search !== undefined) this.#answerSearch(search, 'readable');
    this.#continue();
  }

  #decode(block: Block<ReadTarget>, bytes: Uint8Array): void {
    for (let i = 0; i < block.registers.length; i++) {
      const target = block.registers[i];
      if (target === undefined) continue;
      const into = target.pollClass === 'fast' ? this.#fast : this.#registers;
      if (into === undefined) continue;
      const offset = 2 * (target.address - block.address);
      decodeInto(target.decoder, bytes, offset, into.values, into.quality, target.index);
      into.answered += 1;
    }
  }

  onFailure(failure: ReadFailure): void {
    const reason = reasonOf(failure);
    if (reason !== EXCEPTION) {
      this.breakOff(reason, failure.reason);
      return;
    }
    const mayBeAddresses = failure.exception === ILLEGAL_ADDRESS || failure.exception === ILLEGAL_VALUE;
    if (mayBeAddresses) this.#refused();
    else this.#skipBlock();
    this.#continue();
  }

  /** The device refused the addresses of this block: search for those that it has not. */
  #refused(): void {
    const block = this.#block;
    if (block === undefined) return;
    const search = this.#search;
    if (search !== undefined) this.#answerSearch(search, 'refused');
    else if (this.#maySearch) this.#search = new RefusalSearch(block, this.#learned?.longestRead);
    if (block.registers.length === 1 || this.#search === undefined) this.#blockMissing(block, EXCEPTION);
  }

  #answerSearch(search: RefusalSearch<ReadTarget>, verdict: 'readable' | 'refused'): void {
    this.#searchMs += this.#line.busyMs - this.#searchFromMs;
    search.answer(verdict);
  }

  /** A search takes no longer than a silent device may: the others on the bus keep their deadlines. */
  get #maySearch(): boolean {
    return this.#searchReads < MAX_SEARCH_READS && this.#searchMs < (this.#order?.timeoutMs ?? 0);
  }

  /** The device would not answer for another reason: that says nothing about its addresses. */
  #skipBlock(): void {
    this.#endSearch(EXCEPTION);
    if (this.#block) this.#blockMissing(this.#block, EXCEPTION);
  }

  #continue(): void {
    const order = this.#order;
    if (order === undefined) return;
    let block = this.#search?.next();
    if (this.#search !== undefined && (block === undefined || !this.#maySearch)) {
      this.#endSearch(EXCEPTION);
      block = undefined;
    }
    if (this.#search === undefined) block = order.plan.blocks[this.#nextBlock++];
    this.#block = block;
    if (block === undefined) this.#end(GOOD);
    else if (this.#requests === 0 || this.#mayGoOn()) this.goOn();
  }

  /** Sends the next request. */
  goOn(): void {
    const order = this.#order;
    const block = this.#block;
    if (order === undefined || block === undefined) return;
    if (this.#search !== undefined) {
      this.#searchReads += 1;
      this.#searchFromMs = this.#line.busyMs;
    }
    this.#requests += 1;
    const { functionCode, address, count } = block;
    const request = { unit: order.device.unit, functionCode, address, count, timeoutMs: order.timeoutMs };
    this.#line.send(request, order.gapMs, this);
  }

  /** Keeps what the search found; what it did not get to is missing this time, for `reason`. */
  #endSearch(reason: QualityCode): void {
    const search = this.#search;
    if (search === undefined) return;
    this.#search = undefined;
    const { holes, longestRead = this.#learned?.longestRead } = search.findingsSoFar;
    this.#learned = {
      holes: [...(this.#learned?.holes ?? []), ...holes],
      ...(longestRead === undefined ? {} : { longestRead }),
    };
    for (const block of search.open) this.#blockMissing(block, reason);
  }

  /** Ends the visit here: what it has not got is missing for this reason. */
  breakOff(reason: QualityCode, why?: string): void {
    const order = this.#order;
    if (order === undefined) return;
    this.#endSearch(reason);
    if (this.#block) this.#blockMissing(this.#block, reason);
    for (let i = this.#nextBlock; i < order.plan.blocks.length; i++) {
      const block = order.plan.blocks[i];
      if (block) this.#blockMissing(block, reason);
    }
    this.#end(reason, why);
  }

  #end(brokenOff: QualityCode, why?: string): void {
    const order = this.#order;
    if (order === undefined) return;
    const result: VisitResult = {
      order,
      fast: this.#fast,
      registers: this.#registers,
      brokenOff,
      ...(why === undefined ? {} : { why }),
      requests: this.#requests,
      learned: this.#learned,
    };
    this.#order = undefined;
    this.#block = undefined;
    this.#onEnd(result);
  }

  #blockMissing(block: Block<ReadTarget>, reason: QualityCode): void {
    for (const target of block.registers) this.#missing(target, reason);
  }

  #missing(target: ReadTarget, reason: QualityCode): void {
    const into = target.pollClass === 'fast' ? this.#fast : this.#registers;
    into?.missing(target.index, reason);
  }
}

function valuesFor(metrics: readonly unknown[] | undefined, wanted: number): Values | undefined {
  return metrics === undefined || wanted === 0 ? undefined : new Values(metrics.length);
}

function reasonOf(failure: ReadFailure): QualityCode {
  switch (failure.code) {
    case 'MODBUS_TIMEOUT':
      return SILENT;
    case 'MODBUS_MALFORMED':
      return MALFORMED;
    case 'MODBUS_CONNECTION':
      return DISCONNECTED;
    case 'MODBUS_EXCEPTION':
      // The gateway answered in the place of a device that did not.
      return failure.exception === TARGET_SILENT ? SILENT : EXCEPTION;
  }
}
