import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, describe, expect, it } from 'vitest';
import { ManualGridClock } from '../../../../edge/platform/clock.ts';
import { silentLogger } from '../../../../edge/platform/log.ts';
import { loadModels } from '../../../../edge/profiles/load.ts';
import { fillHistory } from '../../../../simulators/history/fill.ts';
import { runScenario } from '../../../../simulators/live/run-scenario.ts';
import { writeState } from '../../../../simulators/live/state-file.ts';
import { changedScenario } from '../../../../simulators/scenario/resized.ts';
import { loadScenario } from '../../../../simulators/scenario/scenario.ts';

const folder = mkdtempSync(join(tmpdir(), 'gridwarden-fill-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const DAY_MS = 86_400_000;
const scenario = changedScenario(loadScenario('demo'), { devices: 8 });
const stateFile = join(folder, 'state.json');

function fill(name: string, nowMs: number, from = stateFile) {
  return fillHistory({ scenario, stateFile: from, nowMs, fastMs: DAY_MS, folder: join(folder, name), threads: 1 });
}

async function count(sql: string): Promise<unknown> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const rows = (await connection.runAndReadAll(sql)).getRowsJS();
  connection.closeSync();
  instance.closeSync();
  return rows[0]?.[0];
}

const ALL = 'SELECT device, time, metric, value FROM';
const filesOf = (name: string) => `'${folder}/${name}/readings/*.parquet'`;

/** A fleet that runs from one moment to another and is told that a meter is silent until it is told otherwise. */
async function runLive(fromMs: number, toMs: number): Promise<void> {
  const gridClock = new ManualGridClock(fromMs);
  const listen = { host: '127.0.0.1', port: 0 };
  const run = await runScenario({
    scenario,
    models: loadModels(),
    gridClock,
    logger: silentLogger(),
    listen,
    stateFile,
  });
  run.fleet.tell({ device: 'M-000003', kind: 'silent', for: '4h' });
  gridClock.set(toMs);
  run.fleet.advance();
  await run.stop();
}

describe('what lies between two runs', () => {
  it('is filled so that all is as if it had been written at once, but for what was told', async () => {
    const at = (days: number) => scenario.originMs + days * DAY_MS + 7 * 60_000;
    const first = await fill('first', at(3));
    expect(first?.readingFiles).toHaveLength(1);
    expect(first?.isFirst).toBe(true);
    if (first) await writeState(stateFile, scenario, first.state);
    expect(await fill('nothing', at(3) + 60_000)).toBeUndefined();
    await runLive(at(3), at(3) + 3_600_000);
    const second = await fill('second', at(4));
    const whole = await fill('whole', at(4), join(folder, 'none.json'));
    expect(second?.isFirst).toBe(false);
    // The fleet ran for four steps, in which it was read live.
    expect(second?.state.areas.map(({ step }) => step)).toEqual([383, 383]);
    const missing = `${ALL} ${filesOf('whole')} EXCEPT (${ALL} ${filesOf('first')} UNION ALL ${ALL} ${filesOf('second')})`;
    const outside = "device <> 'M-000003' AND metric LIKE 'energy%'";
    const times = `time > make_timestamp(${(at(3) + 3_600_000) * 1000}) AT TIME ZONE 'UTC'`;
    expect(await count(`SELECT count(*)::INTEGER FROM (${missing}) WHERE ${outside} AND ${times}`)).toBe(0);
    const unread = `SELECT count(*)::INTEGER FROM (${missing}) WHERE device = 'M-000003' AND ${times}`;
    expect(await count(unread)).toBe(12);
    expect(whole?.state.areas).toEqual(second?.state.areas);
  });
});
