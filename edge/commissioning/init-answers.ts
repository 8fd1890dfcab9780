import { hostname } from 'node:os';
import { unitList, wholeNumber } from './arguments.ts';
import type { Questions } from './questions.ts';
import type { Where } from './where.ts';
import { invalid } from './where.ts';

export interface InitArguments extends Where {
  readonly unit?: readonly number[];
  readonly model?: string;
  readonly out: string;
  readonly force?: boolean;
  readonly group?: string;
  readonly node?: string;
  readonly broker?: string;
  readonly primaryHost: string;
  readonly seconds?: number;
  readonly profiles?: readonly string[];
  readonly json?: boolean;
}

export interface Place {
  readonly where: Where;
  readonly units: readonly number[];
}

export interface Names {
  readonly group: string;
  readonly node: string;
  readonly broker: string;
}

/** Where the device is: from flags, and asked for what they leave open. Without `questions` that is an error. */
export async function placeOf(args: InitArguments, questions: Questions | undefined): Promise<Place> {
  const where = args.host !== undefined || args.line !== undefined ? args : await askWhere(args, questions);
  if (args.unit !== undefined) return { where, units: args.unit };
  if (questions === undefined) throw missing('--unit');
  return { where, units: unitList(await questions.ask('Unit (slave) address', '1')) };
}

async function askWhere(args: InitArguments, questions: Questions | undefined): Promise<Where> {
  if (questions === undefined) throw missing('--host or --line');
  const place = await questions.ask('Host of the device or gateway, or serial line such as /dev/ttyUSB0');
  if (!place.startsWith('/')) {
    if (args.port !== undefined) return { ...args, host: place };
    return { ...args, host: place, port: wholeNumber('the port', 1, 65_535)(await questions.ask('Port', '502')) };
  }
  const baud = args.baud ?? wholeNumber('the baud rate', 300, 921_600)(await questions.ask('Baud rate', '9600'));
  return {
    ...args,
    line: place,
    baud,
    parity: args.parity ?? (await questions.ask('Parity (none, even, odd)', 'none')),
  };
}

function missing(flags: string) {
  return invalid(`${flags} is missing`);
}

const DEFAULT_GROUP = 'district-1';
const DEFAULT_BROKER = 'mqtt://127.0.0.1:1883';

/** Names of the new agent and its broker: flags, answers, or the defaults. */
export async function namesOf(args: InitArguments, questions: Questions | undefined): Promise<Names> {
  const answer = async (flag: string | undefined, question: string, fallback: string) =>
    flag ?? (await questions?.ask(question, fallback)) ?? fallback;
  return {
    group: await answer(args.group, 'Group: the district', DEFAULT_GROUP),
    node: await answer(args.node, 'Node: the name of this agent', machineName()),
    broker: await answer(args.broker, 'MQTT broker', DEFAULT_BROKER),
  };
}

function machineName(): string {
  return hostname().replace(/[^A-Za-z0-9._-]+/g, '-') || 'agent-1';
}
