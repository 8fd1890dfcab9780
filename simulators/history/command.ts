import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { durationMs } from '../../edge/platform/units.ts';
import { loadScenario } from '../scenario/scenario.ts';
import { VALUE_SETS, type ValueSet } from './area-history.ts';
import { HISTORY_FORMATS, type HistoryFormat } from './reading-file.ts';
import { type HistoryProgress, writeHistory } from './write-history.ts';

interface HistoryOptions {
  readonly scenario: string;
  readonly days: number;
  readonly every: number;
  readonly out: string;
  readonly format: HistoryFormat;
  readonly values: ValueSet;
  readonly threads: number;
}

const DURATION = /^\d+(\.\d+)?(ms|s|m|h|d)$/;

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 4000)
    throw new InvalidArgumentError('a whole number from 1 to 4000');
  return value;
}

function duration(text: string): number {
  if (!DURATION.test(text)) throw new InvalidArgumentError('a duration such as 15m or 1h');
  return durationMs(text);
}

/** `simulate history`: a scenario's past as files. */
export function historyCommand(): Command {
  return new Command('history')
    .description('Write the history of a scenario as files: grid tables, readings, and the labels of its faults')
    .requiredOption('--scenario <name>', 'a scenario of simulators/scenarios, or a file')
    .requiredOption('--days <number>', 'days from the start of the scenario on', whole)
    .addOption(
      new Option('--every <duration>', 'one reading of each meter').argParser(duration).default(3_600_000, '1h'),
    )
    .requiredOption('--out <folder>', 'an empty folder, or one that is not there yet')
    .addOption(new Option('--format <format>', 'of the readings').choices(HISTORY_FORMATS).default('parquet'))
    .addOption(
      new Option('--values <set>', 'registers, or also power, voltages and currents of every meter')
        .choices(VALUE_SETS)
        .default('registers'),
    )
    .addOption(
      new Option('--threads <number>', 'worker threads').argParser(whole).default(availableParallelism(), 'all cores'),
    )
    .action(run);
}

async function run(options: HistoryOptions): Promise<void> {
  const scenario = loadScenario(options.scenario);
  const startMs = performance.now();
  const summary = await writeHistory(
    {
      scenario,
      days: options.days,
      everyMs: options.every,
      values: options.values,
      format: options.format,
      folder: resolve(options.out),
      threads: options.threads,
    },
    (progress) => process.stderr.write(`${progressLine(progress, (performance.now() - startMs) / 1000)}\n`),
  );
  const seconds = (performance.now() - startMs) / 1000;
  const rate = Math.round(summary.intervals / seconds).toLocaleString('en-US');
  process.stdout.write(
    `${summary.areas} areas, ${summary.meters} meters, ${summary.readings.toLocaleString('en-US')} readings in ${summary.files} files, ` +
      `${summary.labels} labels; ${seconds.toFixed(1)} s, ${rate} meter intervals/s\n${resolve(options.out)}\n`,
  );
}

function progressLine({ doneFiles, files, intervals, share }: HistoryProgress, seconds: number): string {
  const rate = Math.round(intervals / seconds).toLocaleString('en-US');
  const leftS = Math.round(seconds / share - seconds);
  return `${doneFiles}/${files} files, ${Math.round(share * 100)} %, ${rate} meter intervals/s, ${leftS} s left`;
}
