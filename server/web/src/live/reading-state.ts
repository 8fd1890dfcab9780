import { GOOD, type Quality, qualityOf } from '../../../../edge/protocol/quality.ts';
import { NEVER_SEEN } from './point-table.ts';

/**
 * How a value is to be looked at:
 * - `fresh`: good and current.
 * - `stale`: there is a value, but it is old; `why` says what is lost.
 * - `missing`: there is no value, for the reason of the source.
 * - `never`: nothing was ever read.
 */
export type ReadingState =
  | { readonly kind: 'fresh' }
  | { readonly kind: 'stale'; readonly why: StaleReason }
  | { readonly kind: 'missing'; readonly quality: Quality; readonly isOld: boolean }
  | { readonly kind: 'never' };

export type StaleReason = 'link' | 'agent' | 'device';

export interface ReadingFacts {
  readonly value: number;
  /** The value is a text. */
  readonly hasText: boolean;
  readonly quality: number;
  readonly isStale: boolean;
  /** The page hears nothing current at all. */
  readonly isLinkLost: boolean;
  readonly isAgentLost: boolean;
}

export const FRESH: ReadingState = { kind: 'fresh' };
const NEVER: ReadingState = { kind: 'never' };

export function readingState(facts: ReadingFacts): ReadingState {
  if (facts.quality === NEVER_SEEN) return NEVER;
  const isOld = facts.isStale || facts.isLinkLost || facts.isAgentLost;
  if (facts.quality !== GOOD || (Number.isNaN(facts.value) && !facts.hasText))
    return { kind: 'missing', quality: facts.quality === GOOD ? 'bad' : qualityOf(facts.quality), isOld };
  if (facts.isLinkLost) return { kind: 'stale', why: 'link' };
  if (facts.isAgentLost) return { kind: 'stale', why: 'agent' };
  return facts.isStale ? { kind: 'stale', why: 'device' } : FRESH;
}
