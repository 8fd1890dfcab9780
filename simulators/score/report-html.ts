import { escaped } from '../../edge/platform/html.ts';
import type { ScoredFault } from './match.ts';
import { type ScoreReport, timeOf } from './report.ts';
import { daysWords } from './report-text.ts';
import type { KindScore } from './summary.ts';

/** More rows than this are in the JSON file alone. */
const MOST_FAULTS = 500;
const MOST_SAID = 200;

const STYLE = `
:root { color-scheme: light dark; --found: #1b7f4b; --wrong: #b26a00; --missed: #b3261e; --alone: #70757a; }
body { font: 15px/1.45 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: right; padding: .25rem .6rem; border-bottom: 1px solid #8884; }
th:first-child, td:first-child, .text th, .text td { text-align: left; } h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
.bar { display: flex; height: .9rem; min-width: 10rem; } .bar > span { display: block; }
.found { background: var(--found); } .wrong_kind { background: repeating-linear-gradient(45deg, var(--wrong) 0 4px, #0000 4px 6px); }
.missed { background: var(--missed); } .left_alone { background: var(--alone); }
.key span { display: inline-block; width: .9rem; height: .9rem; margin: 0 .3rem 0 1rem; vertical-align: -2px; }
.line { position: relative; height: .9rem; min-width: 22rem; background: #8882; } .line > span { position: absolute; top: 0; height: 100%; min-width: 2px; }
.line > .told { width: 2px; background: currentColor; }`;

const OUTCOMES = ['found', 'wrong_kind', 'missed', 'left_alone'] as const;
const WORDS = {
  found: 'found',
  wrong_kind: 'told as another kind',
  missed: 'missed',
  left_alone: 'no defect',
} as const;

/** The report as one page that needs nothing else: bars by kind, a line of time for each fault. */
export function reportHtml(report: ScoreReport): string {
  const { summary, match, server, labels, scenario } = report;
  const title = `Score${scenario === undefined ? '' : ` of ${scenario}`}`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(title)}</title><style>${STYLE}</style></head><body>
<h1>${escaped(title)}</h1><p>${escaped(server)} against ${escaped(labels)}</p>
<p class="key">${OUTCOMES.map((outcome) => `<span class="${outcome}"></span>${WORDS[outcome]}`).join('')}</p>
${kindTable(summary.kinds)}
${timeline(match.faults, report.asOfMs)}
${saidTable(report)}
</body></html>
`;
}

function kindTable(kinds: readonly KindScore[]): string {
  const heads = [
    'Fault',
    'Labels',
    'Found',
    'Other kind',
    'Missed',
    'No defect',
    'Days to detection',
    'Error of size',
    '',
  ];
  const rows = kinds.map((score) => {
    const { kind, labels, found, wrongKind, missed, leftAlone, daysToDetection, sizeError, unit } = score;
    const cells = [
      ...[labels, found, wrongKind, missed, leftAlone].map(String),
      daysToDetection === null ? '–' : daysWords(daysToDetection),
      sizeError === null ? '–' : `${sizeError.toPrecision(3)} ${unit ?? ''}`,
    ];
    return `<tr><td>${escaped(kind)}</td>${cells.map((cell) => `<td>${escaped(cell)}</td>`).join('')}<td>${bar(score)}</td></tr>`;
  });
  return `<h2>By kind of fault</h2>${htmlTable(heads, rows)}`;
}

function bar({ labels, found, wrongKind, missed, leftAlone }: KindScore): string {
  const parts = [found, wrongKind, missed, leftAlone].map((count, index) =>
    count === 0 ? '' : `<span class="${OUTCOMES[index]}" style="width:${((count / labels) * 100).toFixed(2)}%"></span>`,
  );
  return `<div class="bar" role="img" aria-label="${found} of ${labels} found">${parts.join('')}</div>`;
}

function timeline(faults: readonly ScoredFault[], asOfMs: number): string {
  if (faults.length === 0) return '<p>There are no labels.</p>';
  const known = faults.flatMap(({ label, by }) => [
    label.fromMs,
    Number.isFinite(label.toMs) ? label.toMs : asOfMs,
    by?.fromMs ?? label.fromMs,
  ]);
  const [fromMs, toMs] = known.reduce(([low, high], ms) => [Math.min(low, ms), Math.max(high, ms)] as const, [
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ] as const);
  const place = (ms: number) => (toMs === fromMs ? 0 : ((Math.min(ms, toMs) - fromMs) / (toMs - fromMs)) * 100);
  const rows = faults.slice(0, MOST_FAULTS).map(({ label, outcome, by }) => {
    const [left, right] = [place(label.fromMs), place(label.toMs)];
    const told =
      by?.fromMs === undefined ? '' : `<span class="told" style="left:${place(by.fromMs).toFixed(2)}%"></span>`;
    const line = `<span class="${outcome}" style="left:${left.toFixed(2)}%;width:${(right - left).toFixed(2)}%"></span>${told}`;
    const cells = [label.kind, label.device ?? label.area ?? '', WORDS[outcome], by?.code ?? ''].map(
      (text) => `<td>${escaped(text)}</td>`,
    );
    return `<tr>${cells.join('')}<td><div class="line">${line}</div></td></tr>`;
  });
  const more = faults.length > MOST_FAULTS ? `<p>${faults.length - MOST_FAULTS} more are in the JSON file.</p>` : '';
  const span = `${timeOf(fromMs) ?? ''} – ${timeOf(toMs) ?? ''}`;
  return `<h2>Each fault</h2><p>${escaped(span)}; the stroke is where it was told.</p>${htmlTable(['Fault', 'Where', 'Outcome', 'Told as', ''], rows, 'text')}${more}`;
}

function saidTable({ match: { falseOnes } }: ScoreReport): string {
  const rows = falseOnes.slice(0, MOST_SAID).map(({ source, code, subject, fromMs }) => {
    const cells = [code, source, subject, timeOf(fromMs) ?? ''];
    return `<tr>${cells.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`;
  });
  const more = falseOnes.length > MOST_SAID ? `<p>${falseOnes.length - MOST_SAID} more are in the JSON file.</p>` : '';
  return `<h2>Said without a fault: ${falseOnes.length}</h2>${rows.length === 0 ? '' : htmlTable(['Word', 'Of', 'Where', 'Since'], rows, 'text')}${more}`;
}

function htmlTable(heads: readonly string[], rows: readonly string[], kind: 'figures' | 'text' = 'figures'): string {
  return `<table class="${kind}"><thead><tr>${heads.map((head) => `<th>${escaped(head)}</th>`).join('')}</tr></thead><tbody>${rows.join('\n')}</tbody></table>`;
}
