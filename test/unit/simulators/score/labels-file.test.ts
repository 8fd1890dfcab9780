import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SCENARIO_FAULT_KINDS } from '../../../../simulators/scenario/fault-kinds.ts';
import { loadLabels } from '../../../../simulators/score/labels-file.ts';
import { SCORE_KINDS } from '../../../../simulators/score/score-kinds.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gridwarden-score-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function load(text: string) {
  const file = join(folder, 'labels.json');
  writeFileSync(file, text);
  return loadLabels(file);
}

test('a labels file of somebody else, with its offsets and an open end', () => {
  const { labels, scenario } = load(
    '{"labels": [{"kind": "bypass", "device": "M-1", "start": "2026-03-01T00:00:00+08:00", "end": null, "size": 40, "unit": "%"},' +
      ' {"kind": "overload", "area": "A-1", "start": "2026-03-01T00:00:00Z", "end": "2026-03-02T00:00:00Z"}]}',
  );
  expect(scenario).toBeUndefined();
  expect(labels).toEqual([
    {
      ...{ kind: 'bypass', device: 'M-1', area: undefined, size: 40, unit: '%' },
      ...{ fromMs: Date.UTC(2026, 1, 28, 16), toMs: Number.POSITIVE_INFINITY },
    },
    {
      ...{ kind: 'overload', device: undefined, area: 'A-1', size: undefined, unit: undefined },
      ...{ fromMs: Date.UTC(2026, 2, 1), toMs: Date.UTC(2026, 2, 2) },
    },
  ]);
});

test.each([
  ['{"labels": [\n{"kind": "bypas", "device": "M-1", "start": "2026-03-01T00:00:00Z"}]}', /labels\.json:2: .*kind/],
  [
    '{"labels": [\n{"kind": "bypass", "start": "2026-03-01T00:00:00Z"}]}',
    /labels\.json:2: .*must name a device or an area/,
  ],
  ['{"labels": [\n{"kind": "bypass", "device": "M-1", "start": "2026-03-01"}]}', /labels\.json:2: .*start/],
  [
    '{"labels": [\n{"kind": "bypass", "device": "M-1",\n"start": "2026-13-01T00:00:00Z"}]}',
    /labels\.json:3: .*no moment of the calendar/,
  ],
  [
    '{"labels": [{"kind": "bypass", "device": "M-1",\n"start": "2026-03-01T00:00:00Z",\n"end": "2026-02-01T00:00:00Z"}]}',
    /labels\.json:3: .*must not be before the start/,
  ],
  ['[]', /labels\.json:1: /],
])('%j is refused with file, line and what is allowed', (text, words) => {
  expect(() => load(text)).toThrow(words);
});

test('every kind of fault of a scenario is scored, once', () => {
  expect(SCORE_KINDS.map(({ kind }) => kind).toSorted()).toEqual(SCENARIO_FAULT_KINDS.toSorted());
});
