import { type BusForecast, type DeviceGroup, type VisitForecast, visitName } from '../modbus/forecast.ts';
import { milliseconds, percent } from '../modbus/overload.ts';
import { addressOf } from '../modbus/transport/create.ts';
import { formatName } from '../modbus/transport/line-timing.ts';
import { textTable } from '../platform/text-table.ts';
import { durationText } from '../platform/units.ts';
import { type EdgePlan, warningsOf } from './forecasts.ts';

const COLUMNS = [
  { title: 'read' },
  { title: 'every' },
  { title: 'requests', align: 'right' },
  { title: 'registers', align: 'right' },
  { title: 'bytes', align: 'right' },
  { title: 'takes', align: 'right' },
  { title: 'blocks' },
] as const;

/** A plan for people: each bus with its devices, what they are read with, and what that takes. */
export function planText(plan: EdgePlan): string[] {
  const { buses, learnedFile, learnedProblem } = plan;
  return [
    ...buses.flatMap(({ forecast }) => [...busLines(forecast), '']),
    learnedProblem === undefined
      ? `Learned from the devices: ${learnedFile}`
      : `What was learned from the devices cannot be used: ${learnedFile}: ${learnedProblem}`,
    ...warningsOf(plan).flatMap((warning) => ['', `warning: ${warning}`]),
  ];
}

function busLines(forecast: BusForecast): string[] {
  const { config, groups, share, boundaryMs } = forecast;
  const devices = groups.reduce((sum, group) => sum + group.devices.length, 0);
  return [
    `bus ${config.id}, ${config.transport} ${addressOf(config)}${lineName(forecast)}: ${devices} devices, ${percent(share)} of the line`,
    `  ${costText(forecast)}`,
    ...(boundaryMs === 0 ? [] : [`  registers that fall due together are read within ${milliseconds(boundaryMs)}`]),
    ...groups.flatMap(groupLines),
  ];
}

function lineName({ cost: { format } }: BusForecast): string {
  return format === undefined ? '' : ` (${formatName(format)})`;
}

/** What the figures rest on. */
function costText({ cost, measured }: BusForecast): string {
  const { format, byteMs, latencyMs, gapMs } = cost;
  const bytes = format === undefined ? '' : `${byteMs.toFixed(2)} ms a byte, and `;
  if (measured !== undefined)
    return `a request takes ${bytes}${latencyMs.toFixed(1)} ms, measured ${new Date(measured.measuredAtMs).toISOString()}`;
  const gap = gapMs === 0 ? '' : ` and ${gapMs.toFixed(1)} ms of silence`;
  const until = format === undefined ? 'in all' : 'until the device answers';
  return `a request takes ${bytes}${latencyMs} ms ${until}${gap}: assumed, and measured once the edge runs`;
}

function groupLines(group: DeviceGroup): string[] {
  const { devices, model, share, visits } = group;
  const table = textTable(COLUMNS, visits.map(visitCells));
  return [
    `  ${devices.length} × ${model.name}: ${nameRange(devices.map(({ id }) => id))}, ${percent(share)}`,
    ...table.map((line) => `    ${line}`),
    ...learnedText(group).map((line) => `    ${line}`),
  ];
}

function visitCells(visit: VisitForecast): string[] {
  const { requests, registers, bytes, tookMs, intervalMs, plan } = visit;
  return [
    visitName(visit),
    durationText(intervalMs),
    String(requests),
    String(registers),
    String(bytes),
    milliseconds(tookMs),
    plan.blocks.map(({ functionCode, address, count }) => `${functionCode}:${address}+${count}`).join(' '),
  ];
}

function learnedText({ learned: { holes, longestRead } }: DeviceGroup): string[] {
  const refused = holes.map(({ functionCode, from, to }) => {
    if (to < from) return `nothing across ${functionCode}:${to}|${from}`;
    return from === to ? `not ${functionCode}:${from}` : `not ${functionCode}:${from}–${to}`;
  });
  const longest = longestRead === undefined ? [] : [`at most ${longestRead.registers} registers at once`];
  const learned = [...longest, ...refused];
  return learned.length === 0 ? [] : [`learned: ${learned.join(', ')}`];
}

/** `M-1`, `M-1, M-2`, or `M-1 … M-20`. */
function nameRange(names: readonly string[]): string {
  return names.length <= 3 ? names.join(', ') : `${names[0]} … ${names.at(-1)}`;
}
