import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RejectLog, rejectEntries } from '../../../../server/store/reject-log.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gridwarden-rejects-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const entry = (n: number) => ({
  reason: 'no',
  device: 'M-1',
  metric: 'm',
  timeUs: 5,
  value: 1.5,
  quality: 'good',
  origin: 'live',
  node: 'east/a',
  epoch: 'e',
  n,
});

function lines(): { n: number; at: string }[] {
  return readdirSync(join(folder, 'rejects'))
    .sort()
    .flatMap((file) =>
      readFileSync(join(folder, 'rejects', file), 'utf8')
        .trimEnd()
        .split('\n'),
    )
    .map((line) => JSON.parse(line));
}

test('entries are appended as lines of JSON, over a restart', () => {
  new RejectLog(join(folder, 'rejects')).write([entry(1), entry(2)], 0);
  new RejectLog(join(folder, 'rejects')).write([entry(3)], 1000);
  new RejectLog(join(folder, 'rejects')).write([], 1000);
  expect(lines()).toEqual([
    { at: '1970-01-01T00:00:00.000Z', ...entry(1) },
    { at: '1970-01-01T00:00:00.000Z', ...entry(2) },
    { at: '1970-01-01T00:00:01.000Z', ...entry(3) },
  ]);
});

test('a full folder loses its oldest file, counted', () => {
  const log = new RejectLog(join(folder, 'rejects'), { maxFileBytes: 300, maxFiles: 3 });
  for (let n = 1; n <= 20; n++) log.write([entry(n)], 0);
  expect(readdirSync(join(folder, 'rejects'))).toHaveLength(3);
  expect(lines().at(-1)?.n).toBe(20);
  expect(lines()[0]?.n).toBeGreaterThan(10);
  expect(log.removedFiles).toBe(7);
});

test('a folder that cannot be written is said', () => {
  writeFileSync(join(folder, 'file'), '');
  const log = new RejectLog(join(folder, 'file', 'rejects'));
  expect(() => log.write([entry(1)], 0)).toThrow(expect.objectContaining({ code: 'DIRECTORY_UNWRITABLE' }));
});

test('an entry says what is known of the point', () => {
  const points = {
    length: 2,
    series: Int32Array.of(0, 9),
    timeUs: Float64Array.of(5, 6),
    value: Float64Array.of(Number.POSITIVE_INFINITY, 2),
    quality: Uint8Array.of(0, 1),
    origin: Uint8Array.of(3, 0),
    stream: Int32Array.of(0, -1),
    n: Float64Array.of(4, 0),
  };
  const streams = [{ stream: { node: 'east/a', epoch: 'e' }, ranges: [] }];
  const series = { device: 'M-1', metric: 'm', kind: 'meter', pollClass: 'fast' } as const;
  const rejected = [
    { index: 0, reason: 'a' },
    { index: 1, reason: 'b' },
  ];
  expect(rejectEntries({ points, streams }, rejected, (number) => (number === 0 ? series : undefined))).toEqual([
    {
      reason: 'a',
      device: 'M-1',
      metric: 'm',
      timeUs: 5,
      value: null,
      quality: 'good',
      origin: 'conflict',
      node: 'east/a',
      epoch: 'e',
      n: 4,
    },
    {
      reason: 'b',
      device: null,
      metric: null,
      timeUs: 6,
      value: 2,
      quality: 'silent',
      origin: 'live',
      node: null,
      epoch: null,
      n: null,
    },
  ]);
});
