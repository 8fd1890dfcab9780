import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadEdgeConfig } from '../../../../edge/load-config.ts';
import { planEdge, warningsOf } from '../../../../edge/planning/forecasts.ts';
import { planDocument } from '../../../../edge/planning/plan-document.ts';
import { planText } from '../../../../edge/planning/plan-text.ts';

const NOW_MS = Date.now();

function configured(devices: number, learned?: object | string) {
  const folder = mkdtempSync(join(tmpdir(), 'gridwarden-plan-'));
  const file = join(folder, 'edge.yaml');
  const config = {
    group: 'east',
    node: 'agent-1',
    broker: { urls: ['mqtt://127.0.0.1:1883'] },
    outbox: { path: 'data/outbox.sqlite' },
    buses: [
      {
        id: 'line-1',
        transport: 'rtu',
        path: '/dev/ttyUSB0',
        devices: Array.from({ length: devices }, (_, i) => ({
          id: `M-${i + 1}`,
          model: 'eastron/sdm120',
          unit: i + 1,
          every: { fast: '5s', registers: '15m' },
        })),
      },
    ],
  };
  writeFileSync(file, JSON.stringify(config));
  if (learned !== undefined) {
    mkdirSync(join(folder, 'data'));
    const text = typeof learned === 'string' ? learned : JSON.stringify(learned);
    writeFileSync(join(folder, 'data/outbox.sqlite.learned-holes.json'), text);
  }
  return loadEdgeConfig(file);
}

const OWNER = { bus: 'line-1', unit: 2, model: 'eastron/sdm120' };
const LEARNED = {
  version: 1,
  holes: [
    { ...OWNER, functionCode: 4, from: 30, to: 31, learnedAtMs: NOW_MS },
    { ...OWNER, functionCode: 4, from: 70, to: 69, learnedAtMs: NOW_MS },
  ],
  longestReads: [{ ...OWNER, registers: 20, learnedAtMs: NOW_MS }],
  buses: [{ bus: 'line-1', overheadMs: 8.5, measuredAtMs: Date.UTC(2026, 0, 1) }],
};

test('the plan of a line: share, blocks, bytes and time, devices alike as one', () => {
  const text = planText(planEdge(configured(20)));
  expect(text[0]).toBe('bus line-1, rtu /dev/ttyUSB0 (9600 baud 8N1): 20 devices, 58 % of the line');
  expect(text[1]).toContain('20 ms until the device answers and 3.6 ms of silence: assumed');
  expect(text.join('\n')).toMatch(/20 × eastron\/sdm120: M-1 … M-20, 58 %/);
  expect(text.join('\n')).toMatch(/fast +5s +2 +34 +94 +145 ms +4:0\+32 4:70\+2/);
  expect(warningsOf(planEdge(configured(20)))).toEqual([]);
});

test('what was learned is shown, and planned with', () => {
  const text = planText(planEdge(configured(3, LEARNED))).join('\n');
  expect(text).toContain('1.04 ms a byte, and 8.5 ms, measured 2026-01-01T00:00:00.000Z');
  expect(text).toContain('2 × eastron/sdm120: M-1, M-3');
  expect(text).toContain('1 × eastron/sdm120: M-2');
  expect(text).toContain('learned: at most 20 registers at once, not 4:30–31, nothing across 4:69|70');
});

test('a file of learned limits that cannot be used is named, and is no obstacle', () => {
  const text = planText(planEdge(configured(3, '{"version": 9}'))).join('\n');
  expect(text).toMatch(/What was learned from the devices cannot be used: .*learned-holes.json: it is not of this/);
});

test('a line that cannot make its deadlines is a warning with arithmetic and advice', () => {
  const plan = planEdge(configured(60));
  const [warning = ''] = warningsOf(plan);
  expect(warning).toMatch(/^bus line-1 cannot make its deadlines: its reads need 17\d % of its time/);
  expect(warning).toMatch(/60 × 145 ms every 5 s = 174 %/);
  expect(warning).toMatch(/- read no device more often than every 10s: then 8\d %/);
  expect(warning).toMatch(/- 38400 baud: then \d\d %/);
});

test('as a document: the same figures, and whether all deadlines can be kept', () => {
  const loaded = configured(3, LEARNED);
  const document: unknown = JSON.parse(JSON.stringify(planDocument(loaded.file, planEdge(loaded))));
  expect(document).toMatchObject({
    command: 'plan',
    ok: true,
    buses: [
      {
        id: 'line-1',
        address: '/dev/ttyUSB0',
        request: { source: 'measured', latencyMs: 8.5 },
        groups: [
          {
            model: 'eastron/sdm120',
            devices: [
              { id: 'M-1', unit: 1 },
              { id: 'M-3', unit: 3 },
            ],
          },
          { devices: [{ id: 'M-2', unit: 2 }], learned: { longestRead: { registers: 20 } } },
        ],
      },
    ],
  });
});
