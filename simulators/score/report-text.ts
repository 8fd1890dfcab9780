import { textTable } from '../../edge/platform/text-table.ts';
import type { ScoreReport } from './report.ts';
import type { KindScore } from './summary.ts';

const COLUMNS = [
  { title: 'fault' },
  ...['labels', 'found', 'wrong kind', 'missed', 'left alone', 'days to detection', 'error of size'].map((title) => ({
    title,
    align: 'right' as const,
  })),
];

/** The report for a terminal. */
export function reportText({ summary, server, labels, scenario, notScored }: ScoreReport): string {
  const rows = [...summary.kinds, { ...summary.all, sizeError: null, unit: null }].map(row);
  const said = summary.falseOnes.reduce((sum, { count }) => sum + count, 0);
  const lines = [
    `${server} against ${labels}${scenario === undefined ? '' : ` (scenario ${scenario})`}`,
    '',
    ...textTable(COLUMNS, rows),
    '',
    `said without a fault: ${said}`,
    ...summary.falseOnes.map(({ source, code, count }) => `  ${count} × ${code} (${source})`),
    ...(notScored === 0
      ? []
      : [`not scored, since labels name devices and areas: ${notScored} alerts of agents or the server`]),
  ];
  return `${lines.join('\n')}\n`;
}

function row(score: KindScore): string[] {
  const { kind, labels, found, wrongKind, missed, leftAlone, daysToDetection, sizeError, unit } = score;
  return [
    kind,
    ...[labels, found, wrongKind, missed, leftAlone].map(String),
    daysToDetection === null ? '–' : daysWords(daysToDetection),
    sizeError === null ? '–' : `${sizeError.toPrecision(3)}${unit === null ? '' : ` ${unit}`}`,
  ];
}

/** Days with as many digits as they deserve: 0.0035, 1.25, 41.3. */
export function daysWords(days: number): string {
  return days === 0 ? '0' : String(Number(days.toPrecision(days >= 10 ? 3 : 2)));
}
