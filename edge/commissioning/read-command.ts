import type { BusConfig } from '../config.ts';
import type { ReadFailure } from '../modbus/transport/transport.ts';
import { wrapped } from '../platform/text-table.ts';
import { readAdvice } from './advice.ts';
import { failureText } from './exceptions.ts';
import { ProbeLine } from './probe-line.ts';
import { interpretations } from './raw-words.ts';
import { addressText, rawWordsText } from './raw-words-text.ts';
import type { Tools } from './tools.ts';
import { busConfigOf, invalid, type Where } from './where.ts';

export interface ReadArguments extends Where {
  readonly unit: number;
  readonly fc: 3 | 4;
  readonly address: number;
  readonly count: number;
  readonly json?: boolean;
}

const HIGHEST_ADDRESS = 65_535;

/** Reads registers once and shows their words as every type in every order. Returns the exit code. */
export async function readCommand(args: ReadArguments, { console, clock, createTransport }: Tools): Promise<number> {
  const { unit, fc, address, count } = args;
  if (address + count - 1 > HIGHEST_ADDRESS) throw invalid(`${count} registers from ${address} end beyond 65535`);
  const probe = new ProbeLine(busConfigOf(args), clock, createTransport);
  const what = { unit, functionCode: fc, address, count };
  try {
    const answer = await probe.read(what);
    const words = probe.transport.wordsAt(unit, what);
    if (words === undefined) {
      const lines = failureLines(args, answer.failure, probe.config, console.width);
      if (args.json)
        console.print(
          JSON.stringify({ command: 'read', ...what, answered: false, problem: problemOf(answer.failure) }),
        );
      else for (const line of lines) console.note(line);
      return 1;
    }
    if (args.json) console.print(JSON.stringify(documentOf(what, words, answer.tookMs)));
    else {
      console.print(
        `unit ${unit}, function ${fc}, ${count === 1 ? '1 register' : `${count} registers`} from ${addressText(address)}, ${Math.round(answer.tookMs)} ms`,
      );
      for (const line of rawWordsText(address, words)) console.print(line);
    }
    return 0;
  } finally {
    await probe.close();
  }
}

function documentOf(
  what: { unit: number; functionCode: number; address: number; count: number },
  words: readonly number[],
  tookMs: number,
): object {
  return {
    command: 'read',
    ...what,
    answered: true,
    milliseconds: Math.round(tookMs),
    words,
    interpretations: interpretations(what.address, words),
  };
}

function problemOf(failure: ReadFailure | undefined): string {
  return failure ? failureText(failure) : 'no words';
}

function failureLines(args: ReadArguments, failure: ReadFailure | undefined, bus: BusConfig, width: number): string[] {
  const { unit, fc, address, count } = args;
  const registers = count === 1 ? `register ${address}` : `registers ${address} to ${address + count - 1}`;
  return [
    ...wrapped(`unit ${unit}, function ${fc}, ${registers}: ${problemOf(failure)}`, width, '', '  '),
    ...(failure ? wrapped(readAdvice(failure, args, bus), width, '→ ', '  ') : []),
  ];
}
