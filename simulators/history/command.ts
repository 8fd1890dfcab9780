import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { loadModels } from '../../edge/profiles/load.ts';
import { durationFlag, wholeFlag } from '../flags.ts';
import { loadScenario } from '../scenario/scenario.ts';
import { VALUE_SETS, type ValueSet } from './area-history.ts';
import { HISTORY_FORMATS, type HistoryFormat } from './formats.ts';
import type { HistoryProgress } from './write-history.ts';

interface HistoryOptions {
  readonly scenario: string;
  readonly days: number;
  readonly every: number;
  readonly out: string;
  readonly format: HistoryFormat;
  readonly values: ValueSet;
  readonly threads: number;
}

const DAY_MS = 86_400_000;

const whole = wholeFlag(1, 4000);

/** `simulate history`: a scenario's past as files. */
export function historyCommand(): Command {
  return new Command('history')
    .description('Write the history of a scenario as files: grid tables, readings, and the labels of its faults')
    .requiredOption('--scenario <name>', 'a scenario of simulators/scenarios, or a file')
    .requiredOption('--days <number>', 'days from the start of the scenario on', whole)
    .addOption(
      new Option('--every <duration>', 'one reading of each meter').argParser(durationFlag).default(3_600_000, '1h'),
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
  // The library that writes files takes memory that a live fleet has no use for.
  const { writeHistory } = await import('./write-history.ts');
  const startMs = performance.now();
  const summary = await writeHistory(
    {
      scenario,
      models: loadModels(),
      fromStep: 0,
      toStep: Math.round((options.days * DAY_MS) / scenario.stepMs),
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
