import { expect, test } from 'vitest';
import type { ScoredLabel } from '../../../../simulators/score/labels-file.ts';
import { type Judgement, matchLabels } from '../../../../simulators/score/match.ts';
import { reportJson, type ScoreReport } from '../../../../simulators/score/report.ts';
import { reportHtml } from '../../../../simulators/score/report-html.ts';
import { reportText } from '../../../../simulators/score/report-text.ts';
import { summarise } from '../../../../simulators/score/summary.ts';

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);

function label(device: string, days: number, size?: number): ScoredLabel {
  const place = { device, area: 'A-1', size, unit: size === undefined ? undefined : '%' };
  return { kind: 'meterSlow', ...place, fromMs: START + days * DAY, toMs: Number.POSITIVE_INFINITY };
}

function said(subject: string, days: number, code = 'reads_low', size?: number): Judgement {
  return { source: 'alert', code, subject, fromMs: START + days * DAY, toMs: Number.POSITIVE_INFINITY, size };
}

function report(labels: ScoredLabel[], judgements: Judgement[]): ScoreReport {
  const expected = new Map([['meterSlow', { finds: ['reads_low'], afterEndMs: DAY, harmless: false }]]);
  const match = matchLabels(labels, judgements, expected);
  const where = {
    server: 'http://127.0.0.1:8080',
    labels: '/data/labels.json',
    scenario: 'drift',
    notScored: 2,
    asOfMs: START + 20 * DAY,
  };
  return { ...where, match, summary: summarise(match) };
}

const LABELS = [label('M-1', 0, -10), label('M-2', 1, -20), label('M-3', 2), label('M-4', 3), label('M-5', 4)];
const SAID = [
  said('M-1', 2, 'reads_low', -9),
  said('M-2', 5, 'reads_low', -17),
  said('M-3', 8),
  said('M-4', 9, 'voltage_low'),
  said('M-9', 9, 'voltage_low'),
  said('M-8', 9, 'voltage_low'),
];

test('figures: median of the days, mean of the errors of size, false words by their code', () => {
  const { summary } = report(LABELS, SAID);
  expect(summary.kinds).toEqual([
    {
      ...{ kind: 'meterSlow', labels: 5, found: 3, wrongKind: 1, missed: 1, leftAlone: 0 },
      ...{ daysToDetection: 4, sizeError: 2, unit: '%' },
    },
  ]);
  expect(summary.falseOnes).toEqual([{ source: 'alert', code: 'voltage_low', count: 2 }]);
});

test('a table for the terminal', () => {
  expect(reportText(report(LABELS, SAID)).split('\n')).toEqual([
    'http://127.0.0.1:8080 against /data/labels.json (scenario drift)',
    '',
    'fault      labels  found  wrong kind  missed  left alone  days to detection  error of size',
    'meterSlow       5      3           1       1           0                  4         2.00 %',
    'all             5      3           1       1           0                  4              –',
    '',
    'said without a fault: 2',
    '  2 × voltage_low (alert)',
    'not scored, since labels name devices and areas: 2 alerts of agents or the server',
    '',
  ]);
});

test('a JSON file with each fault, and null for what goes on', () => {
  const document = JSON.parse(reportJson(report(LABELS, SAID)));
  expect(document.faults[0]).toEqual({
    ...{ kind: 'meterSlow', device: 'M-1', area: 'A-1', start: '2026-01-01T00:00:00.000Z', end: null, size: -10 },
    ...{ outcome: 'found', by: { source: 'alert', code: 'reads_low', from: '2026-01-03T00:00:00.000Z' } },
    ...{ daysToDetection: 2, sizeError: 1 },
  });
  expect(document.said).toHaveLength(2);
});

test('a page with a bar of each kind and a line of each fault, in which no name of a device is markup', () => {
  const html = reportHtml(report([label('<b>M</b>', 0), ...LABELS], SAID));
  expect(html).toContain('&lt;b&gt;M&lt;/b&gt;');
  expect(html).not.toContain('<b>');
  expect(html).toMatch(
    /<span class="found" style="width:50\.00%"><\/span><span class="wrong_kind" style="width:16\.67%">/,
  );
  expect(html.match(/<div class="line">/g)).toHaveLength(6);
  // Open faults reach up to the moment of the report.
  expect(html).toContain('2026-01-01T00:00:00.000Z – 2026-01-21T00:00:00.000Z');
  expect(html).toContain('<span class="found" style="left:5.00%;width:95.00%">');
  expect(html).not.toMatch(/NaN|undefined|Infinity/);
});

test('nothing at all is a report, too', () => {
  const empty = report([], []);
  expect(reportText(empty)).toContain('said without a fault: 0');
  expect(reportHtml(empty)).not.toMatch(/NaN|undefined|Infinity/);
});
