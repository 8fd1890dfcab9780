import { Type } from 'typebox';
import { type Console, pause, processConsole } from '../commissioning/console.ts';
import { tellingFailures } from '../commissioning/failures.ts';
import { loadConfig } from '../platform/config.ts';
import { GridwardenError, messageOf } from '../platform/errors.ts';
import { FilePath } from '../platform/units.ts';
import { addressFileOf, readAddress } from './address-file.ts';
import { type EdgeStatus, readStatus } from './status.ts';
import { statusText } from './status-text.ts';

export interface StatusArguments {
  readonly config?: string;
  readonly json?: boolean;
  readonly all?: boolean;
  /** Seconds; true for the usual pause. */
  readonly watch?: number | true;
}

const USUAL_PAUSE_S = 2;
const ANSWER_TIMEOUT_MS = 5000;
const CLEAR_SCREEN = '\u001b[H\u001b[2J\u001b[3J';
const USUAL_ROWS = { maxBuses: 20, maxDevices: 40 };
const ALL_ROWS = { maxBuses: Infinity, maxDevices: Infinity };

/** All that is needed to find the running edge: the rest of the file may be wrong just now. */
const WhereSchema = Type.Object({ outbox: Type.Object({ path: FilePath() }) });

/** Prints the status of the running edge, once or again and again, and sets the exit code. */
export async function runStatus(args: StatusArguments): Promise<void> {
  const console = processConsole();
  await tellingFailures('status', { json: args.json === true, console }, () => showStatus(args, console));
}

async function showStatus(args: StatusArguments, console: Console): Promise<void> {
  const outboxPath = loadConfig(WhereSchema, { file: args.config ?? 'edge.yaml' }).value.outbox.path;
  if (args.watch === undefined) return print(await ask(outboxPath), args, console);
  const pauseMs = 1000 * (args.watch === true ? USUAL_PAUSE_S : args.watch);
  while (!console.signal.aborted) {
    if (process.stdout.isTTY && !args.json) console.print(CLEAR_SCREEN);
    try {
      print(await ask(outboxPath), args, console);
    } catch (error) {
      console.note(messageOf(error));
    }
    await pause(pauseMs, console.signal);
  }
}

function print({ status, url }: Asked, { json, all }: StatusArguments, console: Console): void {
  const lines = json
    ? [JSON.stringify(status)]
    : [...statusText(status, all ? ALL_ROWS : USUAL_ROWS), '', `as a page: ${url}`];
  for (const line of lines) console.print(line);
}

interface Asked {
  readonly status: EdgeStatus;
  readonly url: string;
}

/** @throws GridwardenError EDGE_NOT_RUNNING */
async function ask(outboxPath: string): Promise<Asked> {
  const found = readAddress(outboxPath);
  if (found === undefined) throw notRunning(`${addressFileOf(outboxPath)} is not there`);
  const url = `http://${found.address}/`;
  const status = await fetchStatus(url);
  // The port of an edge that was killed may be another's by now.
  if (status?.pid !== found.pid) throw notRunning(`what answers at ${url} is not process ${found.pid}`);
  return { status, url };
}

async function fetchStatus(url: string): Promise<EdgeStatus | undefined> {
  try {
    const response = await fetch(`${url}status.json`, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
    return readStatus(await response.text());
  } catch (error) {
    throw notRunning(`nobody answers at ${url}: ${messageOf(error)}`);
  }
}

function notRunning(reason: string): GridwardenError {
  return new GridwardenError('EDGE_NOT_RUNNING', `No edge runs with this configuration: ${reason}`);
}
