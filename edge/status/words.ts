import type { BusDeviceReport, BusReport } from '../modbus/report.ts';
import { qualityOf } from '../protocol/quality.ts';
import type { EdgeStatus } from './status.ts';

/** The same words for the table and for the page. */

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const;

/** A span of time with its two largest units: 3 h 12 min; below a second in ms. */
export function span(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  const first = UNITS.findIndex(([, size]) => ms >= size);
  const [unit, size] = UNITS[first] ?? ['s', 1000];
  const next = UNITS[first + 1];
  const rest = next === undefined ? 0 : Math.floor((ms % size) / next[1]);
  return `${Math.floor(ms / size)} ${unit}${next === undefined || rest === 0 ? '' : ` ${rest} ${next[0]}`}`;
}

export function bytes(count: number): string {
  if (count < 1024) return `${count} B`;
  const power = Math.min(4, Math.floor(Math.log2(count) / 10));
  return `${(count / 1024 ** power).toFixed(1)} ${['B', 'KiB', 'MiB', 'GiB', 'TiB'][power]}`;
}

export function instant(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}

/** What there is to say of the edge as a whole: title and text. */
export function facts(status: EdgeStatus): [string, string][] {
  const { wallMs, clock, configuration, session, outbox } = status;
  return [
    ['configuration', configurationText(configuration, wallMs)],
    ['broker', sessionText(session)],
    ['outbox', outboxText(outbox, clock.nowMs)],
    ['clock', clockText(clock)],
  ];
}

export function title({ node, group, version, pid, startedMs, wallMs }: EdgeStatus): string {
  return `${node} of ${group}: gridwarden ${version}, running for ${span(wallMs - startedMs)} (process ${pid})`;
}

function configurationText({ file, reload, needsRestart }: EdgeStatus['configuration'], wallMs: number): string {
  const restart = needsRestart.length === 0 ? '' : `; needs a restart: ${needsRestart.join(', ')}`;
  if (reload === undefined) return file + restart;
  const when = `${span(wallMs - reload.atMs)} ago`;
  const result = reload.problem === undefined ? `read again ${when}` : `REFUSED ${when}: ${reload.problem}`;
  return `${file}, ${result}${restart}`;
}

function sessionText({ broker, isConnected, primaryHost, isHostOnline, problem }: EdgeStatus['session']): string {
  const connection = isConnected ? 'connected' : `not connected${problem === undefined ? '' : `: ${problem}`}`;
  const host = primaryHost === undefined ? 'no primary host is configured' : `primary host ${primaryHost}`;
  const state = primaryHost === undefined || !isConnected ? '' : isHostOnline ? ' is online' : ' is OFFLINE';
  return `${broker}, ${connection}; ${host}${state}`;
}

function outboxText(outbox: EdgeStatus['outbox'], nowMs: number): string {
  const { path, waiting, unprotected, oldestMs } = outbox;
  const oldest = oldestMs === undefined ? '' : `, the oldest from ${span(Math.max(0, nowMs - oldestMs))} ago`;
  const memory = unprotected === 0 ? '' : `; ${unprotected} IN MEMORY ONLY`;
  return `${waiting} records wait${oldest}${memory}; ${bytes(outbox.bytes)} of ${bytes(outbox.maxBytes)} in ${path}`;
}

function clockText({ nowMs, generation, speed }: EdgeStatus['clock']): string {
  const set = generation === 1 ? 'not set since the start' : `set ${generation - 1} times since the start`;
  return `${instant(nowMs)}, ${set}${speed === 1 ? '' : `; runs ${speed} times as fast`}`;
}

export const BUS_COLUMNS = [
  { title: 'bus' },
  { title: 'address' },
  { title: 'connection' },
  { title: 'requests', align: 'right' },
  { title: 'time-outs', align: 'right' },
  { title: 'exceptions', align: 'right' },
  { title: 'malformed', align: 'right' },
  { title: 'lost', align: 'right' },
  { title: 'time used', align: 'right' },
  { title: 'missed', align: 'right' },
] as const;

export function busCells(bus: BusReport, nowMs: number): string[] {
  const { requests, timeouts, exceptions, malformed, connectionFailures, missedDeadlines } = bus;
  const counts = [requests, timeouts, exceptions, malformed, connectionFailures].map(String);
  const { id, transport, address, busyShare } = bus;
  const where = `${transport} ${address}`;
  return [id, where, connectionText(bus, nowMs), ...counts, percent(busyShare), String(missedDeadlines)];
}

function connectionText({ connected, connectedSinceMs, problem }: BusReport, nowMs: number): string {
  if (connected) return connectedSinceMs === undefined ? 'open' : `open for ${span(nowMs - connectedSinceMs)}`;
  return problem === undefined ? 'closed' : 'DOWN';
}

/** Why buses have no connection, a sentence each. */
export function busProblems({ buses }: EdgeStatus): string[] {
  return buses.flatMap(({ id, problem }) => (problem === undefined ? [] : [`${id}: ${problem}`]));
}

export const DEVICE_COLUMNS = [
  { title: 'device' },
  { title: 'bus' },
  { title: 'unit', align: 'right' },
  { title: 'model' },
  { title: 'state' },
  { title: 'last answer', align: 'right' },
  { title: 'takes', align: 'right' },
  { title: 'requests', align: 'right' },
  { title: 'missed', align: 'right' },
] as const;

/** A device with its bus. */
export interface PlacedReport {
  readonly bus: string;
  readonly device: BusDeviceReport;
}

export function deviceCells({ bus, device }: PlacedReport, nowMs: number): string[] {
  const { id, unit, model, lastGoodMs, usualMs, blocks, missedDeadlines } = device;
  return [
    id,
    bus,
    String(unit),
    model,
    stateText(device, nowMs),
    lastGoodMs === undefined ? 'never' : `${span(Math.max(0, nowMs - lastGoodMs))} ago`,
    usualMs === undefined ? '' : `${usualMs.toFixed(usualMs < 10 ? 1 : 0)} ms`,
    String(blocks.length),
    String(missedDeadlines),
  ];
}

function stateText({ health }: BusDeviceReport, nowMs: number): string {
  if (health === undefined) return 'not read yet';
  const since = span(Math.max(0, nowMs - health.sinceMs));
  return health.up ? `up for ${since}` : `DOWN for ${since}: ${qualityOf(health.quality)}`;
}

/** Whom a person looks for first: what is down, then what was never read, then those that missed most. */
export function devicesByNeed({ buses }: EdgeStatus): PlacedReport[] {
  const placed = buses.flatMap(({ id: bus, devices }) => devices.map((device) => ({ bus, device })));
  const rank = ({ device: { health } }: PlacedReport) => (health === undefined ? 1 : health.up ? 2 : 0);
  return placed.sort((a, b) => rank(a) - rank(b) || b.device.missedDeadlines - a.device.missedDeadlines);
}

/** `12 devices: 11 up, 1 down`. */
export function countsText(devices: readonly PlacedReport[]): string {
  const count = (up: boolean | undefined) => devices.filter(({ device }) => device.health?.up === up).length;
  const unread = count(undefined);
  return `${devices.length} devices: ${count(true)} up, ${count(false)} down${unread === 0 ? '' : `, ${unread} not read yet`}`;
}
