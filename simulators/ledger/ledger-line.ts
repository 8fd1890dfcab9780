/**
 * The ledger's text: a line for each answer that a simulated device gave out, and one that names the metrics of a device
 * before its first answer of a run. Fields are separated by tabs.
 *
 *     metrics  <device>  <metric>,<metric>,…
 *     answer   <device>  <counter>  <time, ms>  <value>,<value>,…   (empty: not asked for)
 */
export interface LedgerAnswer {
  readonly device: string;
  /** 1 for the device's first answer, then one more for each. */
  readonly counter: number;
  /** When the answer was given out, ms of the fleet's clock. */
  readonly timeMs: number;
  /** One value a metric of the device; undefined where the read did not cover it. */
  readonly values: readonly (number | undefined)[];
}

export type LedgerLine =
  | { readonly kind: 'metrics'; readonly device: string; readonly metrics: readonly string[] }
  | ({ readonly kind: 'answer' } & LedgerAnswer);

export function metricsLine(device: string, metrics: readonly string[]): string {
  return `metrics\t${device}\t${metrics.join(',')}\n`;
}

export function answerLine({ device, counter, timeMs, values }: LedgerAnswer): string {
  return `answer\t${device}\t${counter}\t${timeMs}\t${values.map((value) => value ?? '').join(',')}\n`;
}

/** @throws RangeError for what is no line of a ledger */
export function parseLedgerLine(line: string): LedgerLine {
  const [kind, device, ...rest] = line.split('\t');
  if (kind === 'metrics' && device && rest[0]) return { kind, device, metrics: rest[0].split(',') };
  const [counter, timeMs, values] = rest;
  if (kind === 'answer' && device && Number(counter) >= 1 && Number(timeMs) > 0 && values !== undefined) {
    const numbers = values.split(',').map((text) => (text === '' ? undefined : Number(text)));
    return { kind, device, counter: Number(counter), timeMs: Number(timeMs), values: numbers };
  }
  throw new RangeError(`no line of a ledger: ${line.slice(0, 200)}`);
}
