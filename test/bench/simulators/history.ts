import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadModels } from '../../../edge/profiles/load.ts';
import { writeHistory } from '../../../simulators/history/write-history.ts';
import { blueprintOf } from '../../../simulators/scenario/blueprint.ts';
import { MeteredArea } from '../../../simulators/scenario/metered-area.ts';
import { loadScenario, placeOf } from '../../../simulators/scenario/scenario.ts';
import type { Bench, Row } from '../bench.ts';

const WANTED = 1_000_000;
const DAYS = 8;
const THREADS = 2;

/** The physics alone: one area of the county, one thread, no readings taken. */
function physicsPerSecond(): number {
  const scenario = loadScenario('county');
  const area = new MeteredArea(blueprintOf(scenario, 3, 1), placeOf(scenario), []);
  for (let step = 0; step < 500; step++) area.advance();
  const startMs = performance.now();
  for (let step = 0; step < 5000; step++) area.advance();
  return (5000 * area.meters.length * 1000) / (performance.now() - startMs);
}

async function run(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'gridwarden-bench-history-'));
  try {
    const scenario = loadScenario('county');
    const startMs = performance.now();
    const span = { fromStep: 0, toStep: DAYS * 24 };
    const order = {
      scenario,
      models: loadModels(),
      ...span,
      everyMs: 3_600_000,
      values: 'registers',
      format: 'parquet',
    } as const;
    const summary = await writeHistory({ ...order, folder: join(folder, 'out'), threads: THREADS }, () => undefined);
    const rate = (summary.intervals * 1000) / (performance.now() - startMs);
    const physics = physicsPerSecond();
    return [
      {
        figure: `history: county, ${DAYS} days hourly, Parquet, ${THREADS} threads`,
        value: rate,
        unit: 'meter intervals/s',
        reference: `physics and metering of one area on one thread, nothing written: ${Math.round(physics).toLocaleString('en-US')}/s`,
        ratio: rate / physics,
        target: '≥ 1 000 000',
        ok: rate >= WANTED,
        note: `${summary.intervals.toLocaleString('en-US')} intervals, start and grid tables included`,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const benches: Bench[] = [{ name: 'history', run }];
