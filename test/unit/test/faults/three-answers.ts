import { EdgeTime } from '../../../faults/compare/edge-time.ts';
import type { Excuses } from '../../../faults/compare/excuse.ts';
import { givenAnswers } from '../../../faults/compare/given-answers.ts';

export const START_MS = 1_000_000;

/** Three answers, a second apart: fast values in all of them, a register in the second. */
export const GIVEN = givenAnswers(
  [
    'metrics\tM-1\tvoltage_a,current_a,energy_import',
    `answer\tM-1\t1\t${START_MS}\t1.5,1.25,`,
    `answer\tM-1\t2\t${START_MS + 1000}\t2.5,2.25,2`,
    `answer\tM-1\t3\t${START_MS + 2000}\t3.5,3.25,`,
    '',
  ].join('\n'),
);

/** Nothing excuses anything. */
export const NO_EXCUSES: Excuses = {
  rejected: new Set(),
  windows: [],
  explanations: [],
  faults: [],
  deaths: [],
  sentMs: new Map(),
  edgeOf: () => 'edge-1',
  timeOf: (edge) => new EdgeTime([], edge),
};
