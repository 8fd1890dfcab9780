import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { GridwardenError, messageOf } from '../../edge/platform/errors.ts';
import type { Service } from '../../edge/platform/process.ts';
import { answerLine, type LedgerAnswer, metricsLine, parseLedgerLine } from './ledger-line.ts';

/**
 * What simulated devices gave out, written down before it goes out. The file is the truth that a store is compared with,
 * and no other part of gridwarden reads or writes it. A line is one write: it is there when this process is killed
 * a moment later.
 */
export class Ledger implements Service {
  readonly #descriptor: number;
  readonly #counters: Map<string, number>;

  private constructor(descriptor: number, counters: Map<string, number>) {
    this.#descriptor = descriptor;
    this.#counters = counters;
  }

  /**
   * Opens or continues a ledger; counters go on where the file ends.
   * @throws GridwardenError DIRECTORY_UNWRITABLE
   * @throws RangeError when the file is no ledger
   */
  static open(file: string, metricsOf: ReadonlyMap<string, readonly string[]>): Ledger {
    const counters = lastCounters(file);
    const ledger = new Ledger(openForAppend(file), counters);
    for (const [device, metrics] of metricsOf) ledger.#write(metricsLine(device, metrics));
    return ledger;
  }

  /** The number of the device's next answer. */
  nextCounter(device: string): number {
    return (this.#counters.get(device) ?? 0) + 1;
  }

  /** Writes an answer down; from now on its number is taken. */
  write(answer: LedgerAnswer): void {
    this.#counters.set(answer.device, answer.counter);
    this.#write(answerLine(answer));
  }

  async stop(): Promise<void> {
    closeSync(this.#descriptor);
  }

  #write(line: string): void {
    writeSync(this.#descriptor, line);
  }
}

/** @throws RangeError when the text is no ledger */
export function* ledgerLines(text: string) {
  for (const line of text.split('\n')) if (line !== '') yield parseLedgerLine(line);
}

function lastCounters(file: string): Map<string, number> {
  const counters = new Map<string, number>();
  if (!existsSync(file)) return counters;
  for (const line of ledgerLines(readFileSync(file, 'utf8'))) {
    if (line.kind === 'answer') counters.set(line.device, line.counter);
  }
  return counters;
}

function openForAppend(file: string): number {
  try {
    mkdirSync(dirname(file), { recursive: true });
    return openSync(file, 'a');
  } catch (cause) {
    throw new GridwardenError('DIRECTORY_UNWRITABLE', `The ledger ${file} cannot be written: ${messageOf(cause)}`, {
      cause,
    });
  }
}
