import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ProfileMemory } from '../../../../edge/modbus/load-profile-memory.ts';
import { ManualProcessClock } from '../../../../edge/platform/clock.ts';
import { silentLogger } from '../../../../edge/platform/log.ts';

function memory(file: string | undefined) {
  const clock = new ManualProcessClock();
  return { clock, marks: new ProfileMemory({ file, clock, logger: silentLogger() }) };
}

const fileIn = () => join(mkdtempSync(join(tmpdir(), 'gridwarden-marks-')), 'sub', 'marks.json');

test('marks and gaps come back, of the same device and model only', async () => {
  const file = fileIn();
  const { marks } = memory(file);
  const mark = marks.open('M-1', 'abb/a43', 1000);
  mark.gaps.push({ fromMs: 1000, toMs: 5000 });
  mark.lastMs = 6000;
  marks.changed();
  await marks.flush();
  const again = memory(file).marks;
  expect(again.of('M-1', 'abb/a43')).toEqual({ lastMs: 6000, gaps: [{ fromMs: 1000, toMs: 5000 }] });
  expect(again.of('M-1', 'abb/a44')).toBeUndefined();
});

test('many changes are one write, some time later', async () => {
  const file = fileIn();
  const { clock, marks } = memory(file);
  const mark = marks.open('M-1', 'abb/a43', 1000);
  marks.changed();
  mark.lastMs = 2000;
  marks.changed();
  clock.advance(9_999);
  expect(existsSync(file)).toBe(false);
  clock.advance(1);
  await marks.flush();
  expect(readFileSync(file, 'utf8')).toContain('"lastMs":2000');
});

test('a file that cannot be read begins anew, and is replaced', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gridwarden-marks-'));
  const file = join(folder, 'marks.json');
  for (const text of ['{', '{"version":99,"devices":[]}']) {
    writeFileSync(file, text);
    const { marks } = memory(file);
    expect(marks.of('M-1', 'abb/a43')).toBeUndefined();
    marks.open('M-1', 'abb/a43', 1);
    marks.changed();
    await marks.flush();
    expect(memory(file).marks.of('M-1', 'abb/a43')?.lastMs).toBe(1);
  }
});
