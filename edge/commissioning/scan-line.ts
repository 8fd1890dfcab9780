import type { DeviceModel } from '../profiles/model.ts';
import { type Console, pause } from './console.ts';
import { isGatewayException } from './exceptions.ts';
import { recogniseUnit } from './gather-evidence.ts';
import type { Answer, ProbeLine } from './probe-line.ts';
import type { Recognition } from './recognise.ts';

/** What was found at one unit address. */
export interface FoundUnit {
  readonly unit: number;
  /** Something came, but damaged: wrong line settings, or two devices at the same address. */
  readonly damaged: boolean;
  readonly recognition: Recognition;
}

export interface ScanResult {
  readonly found: readonly FoundUnit[];
  /** Units that were asked. */
  readonly asked: number;
  /** Why the scan ended before its end. */
  readonly ended?: 'interrupted' | { readonly unreachable: string };
}

export interface ScanOptions {
  readonly units: readonly number[];
  readonly models: readonly DeviceModel[];
  readonly pauseMs: number;
  readonly console: Console;
}

/**
 * What is asked to see whether somebody is there: two registers, because some devices only answer in pairs. A device that
 * does not have them refuses, which is an answer as well.
 */
const PRESENCE = [
  { functionCode: 3, address: 0, count: 2 },
  { functionCode: 4, address: 0, count: 2 },
] as const;

/** Attempts to connect in a row that may fail before a scan is given up. */
const MOST_REFUSALS = 3;

type Presence = 'there' | 'damaged' | 'nobody' | { readonly unreachable: string };

/**
 * Asks unit after unit whether somebody is there and which model it is: one request at a time with a pause before each.
 * Whatever ends it early, what was found counts.
 */
export async function scanLine(probe: ProbeLine, options: ScanOptions): Promise<ScanResult> {
  const { units, models, pauseMs, console } = options;
  const found: FoundUnit[] = [];
  const { signal } = console;
  for (const [asked, unit] of units.entries()) {
    if (signal.aborted) return { found, asked, ended: 'interrupted' };
    console.progress(`unit ${unit} (${asked + 1} of ${units.length}), ${found.length} found …`);
    const presence = await presenceOf(probe, unit, options);
    if (typeof presence === 'object') return { found, asked, ended: presence };
    if (presence === 'nobody') continue;
    const onProgress = (done: number, of: number) =>
      console.progress(`unit ${unit} answers, trying model ${done + 1} of ${of} …`);
    const recognition = await recogniseUnit(probe, unit, { models, gapMs: pauseMs, signal, onProgress });
    found.push({ unit, damaged: presence === 'damaged', recognition });
    console.note(`unit ${unit}: ${nameOf(recognition)}`);
  }
  return { found, asked: units.length, ...(signal.aborted ? { ended: 'interrupted' as const } : {}) };
}

function nameOf({ verdict, candidates }: Recognition): string {
  const [best] = candidates;
  if (best === undefined) return 'answers, not recognised';
  return verdict === 'recognised' ? best.model.name : `perhaps ${best.model.name}`;
}

async function presenceOf(probe: ProbeLine, unit: number, { pauseMs, console }: ScanOptions): Promise<Presence> {
  let refusals = 0;
  for (const read of PRESENCE) {
    for (;;) {
      await pause(pauseMs, console.signal);
      if (console.signal.aborted) return 'nobody';
      const verdict = verdictOf(await probe.read({ unit, ...read }));
      if (typeof verdict !== 'object') {
        if (verdict === 'nobody') break;
        return verdict;
      }
      refusals += 1;
      if (refusals >= MOST_REFUSALS) return verdict;
    }
  }
  return 'nobody';
}

function verdictOf({ failure }: Answer): Presence {
  if (failure === undefined) return 'there';
  switch (failure.code) {
    case 'MODBUS_EXCEPTION':
      return isGatewayException(failure.exception) ? 'nobody' : 'there';
    case 'MODBUS_MALFORMED':
      return 'damaged';
    case 'MODBUS_TIMEOUT':
      return 'nobody';
    case 'MODBUS_CONNECTION':
      return { unreachable: failure.reason };
  }
}
