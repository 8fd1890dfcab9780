import type { Findings } from './compare/match-stored.ts';

export interface Wrong {
  readonly missing: Findings;
  readonly duplicate: Findings;
  readonly altered: Findings;
  readonly unexplained: Findings;
}

/** The first few things that are wrong in one place, each in words. */
export function findingsOf(where: string, { missing, duplicate, altered, unexplained }: Wrong): string[] {
  const named = (name: string, { examples }: Findings) => examples.map((words) => `${name} in ${where}: ${words}`);
  return [
    ...named('missing', missing),
    ...named('duplicate', duplicate),
    ...named('altered', altered),
    ...named('unexplained', unexplained),
  ];
}
