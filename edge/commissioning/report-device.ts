import { type Column, textTable, wrapped } from '../platform/text-table.ts';
import { qualityOf } from '../protocol/quality.ts';
import { QUANTITIES } from '../protocol/quantities.ts';
import { type Finding, isWell } from './assess.ts';
import { mainValues } from './main-values.ts';
import type { DeviceReading } from './read-device.ts';

/** A device with what was read of it and what is to be said. */
export interface CheckedDevice {
  readonly bus: string;
  readonly reading: DeviceReading;
  readonly findings: readonly Finding[];
}

const COLUMNS: readonly Column[] = [
  { title: 'device' },
  { title: 'unit', align: 'right' },
  { title: 'model' },
  { title: 'answered' },
  { title: 'ms', align: 'right' },
  { title: 'main values' },
];

/** The table of checked devices: a row each, below it what is wrong and what to do. */
export function deviceTable(devices: readonly CheckedDevice[], width: number): string[] {
  const rows = devices.map((device) => [...rowOf(device)]);
  const room = width - widthOfOthers(rows);
  const kept = rows.map((row) => [...row.slice(0, -1), fitting(row.at(-1) ?? '', room)]);
  const [title = '', ...lines] = textTable(COLUMNS, kept);
  return [title, ...devices.flatMap((device, i) => [lines[i] ?? '', ...findingLines(device.findings, width)])];
}

function rowOf({ reading }: CheckedDevice): string[] {
  const { device, answered, tookMs, values } = reading;
  return [
    device.id,
    String(device.unit),
    device.model.name,
    answered ? 'yes' : 'no',
    answered ? String(Math.round(tookMs)) : '',
    mainValues(values.filter(({ words }) => words !== undefined)).join('  '),
  ];
}

function widthOfOthers(rows: readonly (readonly string[])[]): number {
  return COLUMNS.slice(0, -1).reduce(
    (sum, { title }, i) => sum + 2 + Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)),
    0,
  );
}

const LEAST_ROOM = 24;

/** As many whole values as fit. */
function fitting(values: string, room: number): string {
  let text = values;
  while (text.length > Math.max(LEAST_ROOM, room) && text.includes('  ')) text = text.slice(0, text.lastIndexOf('  '));
  return text;
}

const MARKS = { problem: '✗', suspicion: '?', note: '·' } as const;

/** Findings with what to do, wrapped and indented below their device. */
export function findingLines(findings: readonly Finding[], width: number): string[] {
  return findings.flatMap(({ severity, code, text, advice }) => {
    const name = severity === 'suspicion' ? `suspicion, ${code.replaceAll('_', ' ')}: ` : '';
    return [
      ...wrapped(`${name}${text}`, width, `  ${MARKS[severity]} `, '    '),
      ...wrapped(advice, width, '    → ', '      '),
    ];
  });
}

/** A checked device for the JSON document. */
export function deviceDocument({ bus, reading, findings }: CheckedDevice): object {
  const { device, answered, tookMs, requests, serial, values } = reading;
  return {
    device: device.id,
    bus,
    unit: device.unit,
    model: device.model.name,
    answered,
    ok: answered && isWell(findings),
    ...(answered ? { milliseconds: Math.round(tookMs), requests } : {}),
    ...(serial === undefined ? {} : { serial }),
    values: Object.fromEntries(
      values.map(({ metric, value, quality }) => [
        metric,
        value === undefined
          ? { quality: qualityOf(quality), unit: QUANTITIES[metric].unit }
          : { value, unit: QUANTITIES[metric].unit },
      ]),
    ),
    findings,
  };
}
