import { escaped } from '../platform/html.ts';
import type { EdgeStatus } from './status.ts';
import {
  BUS_COLUMNS,
  busCells,
  busProblems,
  countsText,
  DEVICE_COLUMNS,
  deviceCells,
  devicesByNeed,
  facts,
  title,
} from './words.ts';

const REFRESH_S = 5;
const MAX_ROWS = 1000;

/** No script, no other site, no frame around it; only its own style, by its hash. */
export function pageHeaders(styleHash: string): Record<string, string> {
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; style-src '${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  };
}

export const PAGE_STYLE = `
body { font: 14px/1.4 system-ui, sans-serif; margin: 1.5em; color-scheme: light dark; }
h1 { font-size: 1.2em; } h2 { font-size: 1em; margin-top: 1.5em; }
table { border-collapse: collapse; } th, td { text-align: left; padding: 2px 12px 2px 0; white-space: nowrap; }
th { border-bottom: 1px solid; } .right { text-align: right; font-variant-numeric: tabular-nums; }
dt { float: left; width: 9em; } dd { margin-left: 9em; }
`;

interface ShownColumn {
  readonly title: string;
  readonly align?: 'right';
}

/** The status as a page that loads itself again every few seconds. */
export function statusPage(status: EdgeStatus): string {
  const { nowMs } = status.clock;
  const devices = devicesByNeed(status);
  const heading = escaped(title(status));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="refresh" content="${REFRESH_S}">
<meta name="viewport" content="width=device-width">
<title>${escaped(status.node)}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<h1>${heading}</h1>
<dl>
${facts(status)
  .map(([name, text]) => `<dt>${escaped(name)}</dt><dd>${escaped(text)}</dd>`)
  .join('\n')}
</dl>
<h2>Buses</h2>
${table(
  BUS_COLUMNS,
  status.buses.map((bus) => busCells(bus, nowMs)),
)}
${busProblems(status)
  .slice(0, MAX_ROWS)
  .map((problem) => `<p>${escaped(problem)}</p>`)
  .join('\n')}
<h2>${escaped(countsText(devices))}</h2>
${table(
  DEVICE_COLUMNS,
  devices.map((device) => deviceCells(device, nowMs)),
)}
<p><a href="/status.json">All of it, with what each device is asked, as JSON</a></p>
</body>
</html>
`;
}

function table(columns: readonly ShownColumn[], rows: readonly (readonly string[])[]): string {
  const style = (column: ShownColumn | undefined) => (column?.align === 'right' ? ' class="right"' : '');
  const head = columns.map((column) => `<th${style(column)}>${escaped(column.title)}</th>`).join('');
  const body = rows
    .slice(0, MAX_ROWS)
    .map((cells) => `<tr>${cells.map((cell, i) => `<td${style(columns[i])}>${escaped(cell)}</td>`).join('')}</tr>`);
  const left = rows.length - body.length;
  const more = left === 0 ? '' : `<p>… and ${left} more</p>`;
  return `<table>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${body.join('\n')}\n</tbody>\n</table>${more}`;
}
