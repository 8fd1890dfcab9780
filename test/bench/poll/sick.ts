import type { Bench, Row } from '../bench.ts';
import { type Counted, end, type Measured, measure, startGateways } from './processes.ts';

const GATEWAYS_EACH = 5;
const UNITS = 20;

/** What the first unit of a gateway suffers from, and in words. */
const SICKNESSES = {
  well: 'nothing (all are well)',
  silent: 'never answers',
  late: 'answers after 1.5 s',
  slow: 'answers after 150 ms',
  rubbish: 'answers with random bytes',
  refusing: 'refuses every address (exception 2)',
  failing: 'answers with a failure (exception 4)',
  unreachable: 'is not found by its gateway (exception 11 after 300 ms)',
  cutting: 'makes its gateway close the connection',
} as const;
const KINDS = Object.keys(SICKNESSES) as (keyof typeof SICKNESSES)[];

/** The other 19 devices of a gateway: deadlines they miss, and how late they are read, beside those of a gateway whose devices are all well. */
export const benches: Bench[] = [{ name: 'buses: sick devices beside healthy ones', run: besideSick }];

async function besideSick(): Promise<Row[]> {
  const kinds = Array.from({ length: GATEWAYS_EACH }, () => KINDS).flat();
  const generator = await startGateways(kinds.length, 1, kinds);
  try {
    const args = [generator.ports.join(','), String(UNITS), 'bench/meter', 'delays'];
    const measured = await measure('buses-process.ts', args);
    const usualMs = percentile(measured, 0);
    return KINDS.flatMap((kind, index) => rowsOf(kind, index, measured, usualMs));
  } finally {
    await end(generator.child);
  }
}

function rowsOf(kind: (typeof KINDS)[number], index: number, measured: Measured, usualMs: number): Row[] {
  const missed = missedOf(measured.after, index) - missedOf(measured.before, index);
  const delayMs = percentile(measured, index);
  const label = `1 of ${UNITS} ${SICKNESSES[kind]}, the others`;
  return [
    { figure: `${label}: missed deadlines`, value: missed, unit: '', target: '0', ok: missed === 0 },
    kind === 'well'
      ? { figure: `${label}: delay, p99`, value: delayMs, unit: 'ms' }
      : { figure: `${label}: added delay, p99`, value: delayMs - usualMs, unit: 'ms' },
  ];
}

/** A figure of the gateways with the sickness of this number. */
function missedOf({ missedByBus = [] }: Counted, index: number): number {
  return missedByBus.reduce((sum, missed, bus) => (bus % KINDS.length === index ? sum + missed : sum), 0);
}

/** Milliseconds that 99 of 100 reads were behind their deadline at most. */
function percentile({ before, after }: Measured, index: number): number {
  const counts: number[] = [];
  after.delays?.forEach((histogram, bus) => {
    if (bus % KINDS.length !== index) return;
    histogram.forEach((count, ms) => {
      counts[ms] = (counts[ms] ?? 0) + count - (before.delays?.[bus]?.[ms] ?? 0);
    });
  });
  const wanted = 0.99 * counts.reduce((sum, count) => sum + count, 0);
  let sum = 0;
  return counts.findIndex((count) => {
    sum += count;
    return sum >= wanted;
  });
}
