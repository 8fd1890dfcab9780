import { wrapped } from '../platform/text-table.ts';
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
      const reason = answer.failure ? failureText(answer.failure) : 'no words';
      if (args.json) console.print(JSON.stringify({ command: 'read', ...what, answered: false, problem: reason }));
      else for (const line of failureLines(args, reason, console.width)) console.note(line);
      return 1;
    }
    if (args.json) console.print(JSON.stringify(documentOf(what, words, answer.tookMs)));
    else {
      console.print(
        `unit ${unit}, function ${fc}, ${count} registers from ${addressText(address)}, ${Math.round(answer.tookMs)} ms`,
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

function failureLines({ unit, fc, address, count }: ReadArguments, reason: string, width: number): string[] {
  const hint =
    count > 1
      ? 'One register that the device does not have refuses them all: try fewer, or the other function code (--fc).'
      : 'Try the other function code (--fc 3 or --fc 4), or the address one lower: documents often count from 1.';
  return [
    ...wrapped(
      `unit ${unit}, function ${fc}, registers ${address} to ${address + count - 1}: ${reason}`,
      width,
      '',
      '  ',
    ),
    ...wrapped(hint, width, '→ ', '  '),
  ];
}
