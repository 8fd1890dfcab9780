import { createTransport } from '../modbus/transport/create.ts';
import { systemProcessClock } from '../platform/clock.ts';
import { type CheckArguments, checkCommand } from './check-command.ts';
import { processConsole } from './console.ts';
import { tellingFailures } from './failures.ts';
import type { InitArguments } from './init-answers.ts';
import { initCommand } from './init-command.ts';
import { terminalQuestions } from './questions.ts';
import { type ReadArguments, readCommand } from './read-command.ts';
import { type ScanArguments, scanCommand } from './scan-command.ts';
import type { Tools } from './tools.ts';
import { invalid } from './where.ts';

/** The commissioning commands in this process; each sets its exit code. */

export async function runInit(args: InitArguments): Promise<void> {
  await run('init', args, (tools) => initCommand(args, tools, questionsFor(args)));
}

export async function runCheck(args: CheckArguments): Promise<void> {
  await run('check', args, (tools) => checkCommand(args, tools));
}

export async function runScan(args: ScanArguments): Promise<void> {
  await run('scan', args, (tools) => scanCommand(args, tools));
}

export async function runRead(args: Partial<ReadArguments>): Promise<void> {
  const { unit, fc = 3, address, count = 2 } = args;
  await run('read', args, (tools) => {
    if (unit === undefined || address === undefined)
      throw invalid(`${unit === undefined ? '--unit' : '--address'} is missing`);
    return readCommand({ ...args, unit, fc, address, count }, tools);
  });
}

async function run(
  command: string,
  { json }: { readonly json?: boolean },
  action: (tools: Tools) => Promise<number>,
): Promise<void> {
  const console = processConsole();
  await tellingFailures(command, { json: json === true, console }, async () => {
    process.exitCode = await action({ console, clock: systemProcessClock(), createTransport });
  });
}

/**
 * A person is asked for what no flag says; what is piped in answers only what must be known. A script that gives that by
 * flags gets defaults for the rest and never waits.
 */
function questionsFor(args: InitArguments) {
  if (args.json) return undefined;
  const isEnough = (args.host !== undefined || args.line !== undefined) && args.unit !== undefined;
  return isEnough && !process.stdin.isTTY ? undefined : terminalQuestions();
}
