import type { BusConfig } from '../config.ts';
import { durationText } from '../platform/units.ts';
import {
  type BusForecast,
  boundaryVisitMs,
  type ForecastTerms,
  forecastOf,
  type GroupMembers,
  visitName,
} from './forecast.ts';
import { overheadMs } from './line-cost.ts';
import { formatName } from './transport/line-timing.ts';

/** Why a bus cannot make its deadlines, in words. */
export interface Overload {
  readonly problems: readonly string[];
  /** How that was worked out; the groups of devices that need the most time first. */
  readonly arithmetic: readonly string[];
  /** What to change; each of them is enough by itself. */
  readonly advice: readonly string[];
  /** Whether it follows from the line's speed or from what was measured, or else only from what is assumed. */
  readonly isCertain: boolean;
}

/** What advice aims at: room for probes of silent devices, for repeats and for identity. */
const WANTED_SHARE = 0.9;
const MOST_GROUPS = 3;
const BAUD_RATES = [9600, 19_200, 38_400, 57_600, 115_200];
const NICE_INTERVALS_MS = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600].map(
  (seconds) => seconds * 1000,
);
const USUAL_REGISTERS_MS = 900_000;

/** Whether the deadlines of a bus's devices cannot be kept, why, and what would help; undefined when they can. */
export function overloadOf(forecast: BusForecast, terms: ForecastTerms): Overload | undefined {
  const problems = problemsOf(forecast, terms.speed);
  if (problems.length === 0) return undefined;
  return {
    problems,
    arithmetic: arithmeticOf(forecast, terms.speed),
    advice: adviceOf(forecast, terms),
    isCertain: forecast.cost.format !== undefined || forecast.measured !== undefined,
  };
}

function problemsOf(forecast: BusForecast, speed: number): string[] {
  const { share, groups } = forecast;
  if (share > 1) return [`its reads need ${percent(share)} of its time`];
  const fast = groups.flatMap(({ intervalsMs }) => (intervalsMs.fast === undefined ? [] : [intervalsMs.fast / speed]));
  const takesMs = forecast.boundaryMs / Math.max(1 - otherShare(forecast), 0.05);
  const shortestMs = Math.min(...fast);
  if (takesMs <= shortestMs) return [];
  return [
    `the readings of registers that fall due together take ${milliseconds(takesMs)}, and fast readings due every ${milliseconds(shortestMs)} may be missed`,
  ];
}

/** Share of the bus that devices need which are not read at boundaries of the clock. */
function otherShare({ groups }: BusForecast): number {
  return groups.reduce((sum, group) => (boundaryVisitMs(group) > 0 ? sum : sum + group.share), 0);
}

/** requests × (bytes × time of a byte + what a request takes beside) × devices / interval */
function arithmeticOf({ groups, cost }: BusForecast, speed: number): string[] {
  const largest = [...groups].sort((a, b) => b.share - a.share).slice(0, MOST_GROUPS);
  return largest.flatMap(({ model, devices, visits }) =>
    visits.map((visit) => {
      const { requests, bytes, everyMs, intervalMs, tookMs } = visit;
      const share = (devices.length * tookMs * speed) / everyMs;
      const line = cost.format && `${bytes} bytes × ${cost.byteMs.toFixed(2)} ms (${formatName(cost.format)}) + `;
      const each = overheadMs(cost, model);
      const beside = cost.measuredAtMs === undefined ? 'assumed' : 'measured';
      const sum = `${line ?? ''}${requests} × ${each.toFixed(1)} ms (${beside}) = ${milliseconds(tookMs)}`;
      const every = milliseconds(intervalMs / speed);
      return `${devices.length} × ${model.name}, ${visitName(visit)}: ${sum}; ${devices.length} × ${milliseconds(tookMs)} every ${every} = ${percent(share)}`;
    }),
  );
}

function adviceOf(forecast: BusForecast, terms: ForecastTerms): string[] {
  return [
    ...seldom(forecast, terms),
    ...fewerRegisters(forecast, terms),
    ...faster(forecast, terms),
    'fewer metrics: a model of your own with only those that are needed (profiles:)',
    ...apart(forecast, terms),
  ];
}

/** Longer intervals, the shortest that are enough. */
function seldom(forecast: BusForecast, terms: ForecastTerms): string[] {
  for (const leastMs of NICE_INTERVALS_MS) {
    const stretched = withIntervals(forecast, terms, ({ fast, registers }) => ({
      ...(fast === undefined ? {} : { fast: Math.max(fast, leastMs * terms.speed) }),
      ...(registers === undefined ? {} : { registers: Math.max(registers, leastMs * terms.speed) }),
    }));
    if (isEnough(stretched, terms))
      return [
        `read no device more often than every ${durationText(leastMs * terms.speed)}: then ${percent(stretched.share)}`,
      ];
  }
  return [];
}

/** Registers as seldom as they usually are needed, when that is enough. */
function fewerRegisters(forecast: BusForecast, terms: ForecastTerms): string[] {
  const usual = withIntervals(forecast, terms, (intervals) =>
    intervals.registers === undefined
      ? intervals
      : { ...intervals, registers: Math.max(intervals.registers, USUAL_REGISTERS_MS) },
  );
  if (usual.share > forecast.share - 0.05 || !isEnough(usual, terms)) return [];
  return [
    `read the registers every ${durationText(USUAL_REGISTERS_MS)} (every: {registers: 15m}): then ${percent(usual.share)}`,
  ];
}

function withIntervals(
  { config, groups, measured }: BusForecast,
  terms: ForecastTerms,
  change: (intervals: GroupMembers['intervalsMs']) => GroupMembers['intervalsMs'],
): BusForecast {
  const changed = groups.map((group) => ({ ...group, intervalsMs: change(group.intervalsMs) }));
  return forecastOf(config, changed, measured, terms);
}

/** A faster line, where its speed is known. */
function faster({ config, groups, measured }: BusForecast, terms: ForecastTerms): string[] {
  if (config.transport === 'tcp' || config.baudRate === undefined) return [];
  for (const baudRate of BAUD_RATES.filter((rate) => rate > (config.baudRate ?? 0))) {
    const changed: BusConfig = { ...config, baudRate };
    const forecast = forecastOf(changed, groups, measured, terms);
    if (isEnough(forecast, terms)) return [`${baudRate} baud: then ${percent(forecast.share)}`];
  }
  return [];
}

/** The same devices over several buses. */
function apart(forecast: BusForecast, terms: ForecastTerms): string[] {
  const devices = forecast.groups.reduce((sum, group) => sum + group.devices.length, 0);
  for (let buses = Math.max(2, Math.ceil(forecast.share)); buses <= devices; buses++) {
    const part = forecast.groups.map((group) => ({
      ...group,
      devices: group.devices.slice(0, Math.ceil(group.devices.length / buses)),
    }));
    if (!isEnough(forecastOf(forecast.config, part, forecast.measured, terms), terms)) continue;
    const line = forecast.config.transport === 'tcp' ? 'gateways' : 'lines';
    return [`its devices over ${buses} ${line}, each a bus of its own`];
  }
  return [];
}

function isEnough(forecast: BusForecast, { speed }: ForecastTerms): boolean {
  return forecast.share <= WANTED_SHARE && problemsOf(forecast, speed).length === 0;
}

export function percent(share: number): string {
  return `${share < 0.1 ? (share * 100).toFixed(1) : Math.round(share * 100)} %`;
}

/** A time in words: 12.3 ms, 840 ms, 4.2 s, 15 min. */
export function milliseconds(ms: number): string {
  if (ms < 100) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 120_000) return `${Number((ms / 1000).toFixed(1))} s`;
  return `${Number((ms / 60_000).toFixed(1))} min`;
}
