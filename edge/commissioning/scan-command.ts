import type { BusConfig } from '../config.ts';
import { textTable, wrapped } from '../platform/text-table.ts';
import { loadModels } from '../profiles/load.ts';
import { nobodyAdvice, unreachableAdvice } from './advice.ts';
import { ProbeLine } from './probe-line.ts';
import { candidateDocument, candidateText, UNKNOWN_ADVICE } from './recognition-text.ts';
import { type FoundUnit, type ScanResult, scanLine } from './scan-line.ts';
import type { Tools } from './tools.ts';
import { busConfigOf, type Where, whereFlags } from './where.ts';

export interface ScanArguments extends Where {
  readonly units: readonly number[];
  /** Idle time before each request, milliseconds. */
  readonly pause: number;
  readonly profiles?: readonly string[];
  readonly json?: boolean;
}

/** A device that is there answers sooner; most of a scan is waiting for those that are not. */
const SCAN_TIMEOUT = '300ms';

/** Finds units and names what is recognised. Returns the exit code. */
export async function scanCommand(args: ScanArguments, { console, clock, createTransport }: Tools): Promise<number> {
  const bus = busConfigOf({ timeout: SCAN_TIMEOUT, ...args });
  const models = [...loadModels(args.profiles).values()];
  const probe = new ProbeLine(bus, clock, createTransport);
  const longestS = Math.ceil((args.units.length * 2 * (probe.timeoutMs + args.pause)) / 1000);
  console.note(
    `asking ${unitCount(args.units.length)}, at most ${longestS} s where nobody answers; Ctrl-C ends with what was found`,
  );
  try {
    const result = await scanLine(probe, { units: args.units, models, pauseMs: args.pause, console });
    if (args.json) console.print(JSON.stringify(documentOf(result)));
    else for (const line of scanLines(result, args, bus, console.width)) console.print(line);
    return exitCodeOf(result);
  } finally {
    await probe.close();
  }
}

function exitCodeOf({ found, ended }: ScanResult): number {
  if (ended === 'interrupted') return 0;
  return ended !== undefined || found.length === 0 || found.some(({ damaged }) => damaged) ? 1 : 0;
}

function documentOf({ found, asked, ended }: ScanResult): object {
  return {
    command: 'scan',
    asked,
    complete: ended === undefined,
    ...(typeof ended === 'object' ? { problem: ended.unreachable } : {}),
    units: found.map(({ unit, damaged, recognition }) => ({
      unit,
      damaged,
      verdict: recognition.verdict,
      candidates: recognition.candidates.map(candidateDocument),
    })),
  };
}

function scanLines(result: ScanResult, args: ScanArguments, bus: BusConfig, width: number): string[] {
  const { found, asked, ended } = result;
  const table = textTable(
    [
      { title: 'unit', align: 'right' },
      { title: 'model' },
      { title: 'score', align: 'right' },
      { title: 'serial' },
      { title: 'values' },
    ],
    found.flatMap(rowsOf),
  );
  return [
    ...(found.length > 0 ? table : []),
    ...(found.some(({ recognition }) => recognition.verdict === 'unknown')
      ? wrapped(UNKNOWN_ADVICE, width, '→ ', '  ')
      : []),
    ...(found.some(({ damaged }) => damaged)
      ? wrapped(
          'Damaged answers: look at baud rate and parity, and at two devices with the same unit.',
          width,
          '→ ',
          '  ',
        )
      : []),
    `${found.length} found, ${unitCount(asked)} asked${ended === 'interrupted' ? ' (interrupted)' : ''}`,
    ...nextStep(result, args, bus, width),
  ];
}

function rowsOf({ unit, damaged, recognition }: FoundUnit): string[][] {
  const { verdict, candidates } = recognition;
  if (damaged && candidates.length === 0) return [[String(unit), 'damaged answers']];
  if (candidates.length === 0) return [[String(unit), 'unknown']];
  const shown = verdict === 'recognised' ? candidates.slice(0, 1) : candidates;
  return shown.map((candidate, i) => [
    i === 0 ? String(unit) : '',
    ...candidateText(candidate, verdict === 'several', i > 0),
  ]);
}

function nextStep({ found, ended }: ScanResult, args: ScanArguments, bus: BusConfig, width: number): string[] {
  if (typeof ended === 'object')
    return [...wrapped(ended.unreachable, width, '✗ ', '  '), ...wrapped(unreachableAdvice(bus), width, '→ ', '  ')];
  if (found.length === 0) return ended ? [] : wrapped(nobodyAdvice(bus), width, '→ ', '  ');
  const units = found.map(({ unit }) => unit).join(',');
  const profiles = (args.profiles ?? []).map((folder) => ` --profiles ${folder}`).join('');
  return [`next: npm run edge -- init ${whereFlags(args)} --unit ${units}${profiles}`];
}

function unitCount(count: number): string {
  return count === 1 ? '1 unit' : `${count} units`;
}
