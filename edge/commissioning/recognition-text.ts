import { mainValues } from './main-values.ts';
import type { Candidate } from './recognise.ts';

/** What to do about a device that no model fits. */
export const UNKNOWN_ADVICE =
  'No model fits. Look at its registers with "read", take the addresses from the document of the maker, write a model file (README, "Device models"), and try it with "check --profile".';

const MOST_VALUES = 4;

/** Cells of a table: model, score, serial number, values. A question mark stands behind what is not certain. */
export function candidateText(candidate: Candidate, unsure: boolean, isAlternative: boolean): string[] {
  const { model, score, serial, values } = candidate;
  return [
    `${isAlternative ? 'or ' : ''}${model.name}${unsure ? '?' : ''}`,
    `${score} %`,
    serial ?? '',
    mainValues(values).slice(0, MOST_VALUES).join('  '),
  ];
}

/** A candidate for the JSON document. */
export function candidateDocument({ model, score, points, serial, clues }: Candidate): object {
  return {
    model: model.name,
    score,
    points,
    ...(serial === undefined ? {} : { serial }),
    for: clues.filter((clue) => clue.points > 0).map(({ text }) => text),
    against: clues.filter((clue) => clue.points < 0).map(({ text }) => text),
  };
}
