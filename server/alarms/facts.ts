import type { Alert } from '../live/protocol.ts';

/** ISA-18.2 state letter. */
export type AlarmState = Alert['state'];

/** Taken out of sight by a person, for a bounded time and with a reason. */
export interface Shelving {
  readonly untilMs: number;
  readonly by: string;
  readonly reason: string;
}

/** What is independently true of an alarm (ISA-18.2 / IEC 62682); the state that is shown is derived from it. */
export interface AlarmFacts {
  readonly active: boolean;
  readonly acknowledged: boolean;
  readonly shelved: Shelving | undefined;
  /** Suppressed by design: a rule says that it means nothing now. */
  readonly suppressed: boolean;
  readonly outOfService: boolean;
}

export const NORMAL: AlarmFacts = {
  active: false,
  acknowledged: true,
  shelved: undefined,
  suppressed: false,
  outOfService: false,
};

/** What can happen to an alarm. */
export type Trigger =
  /** The condition held for the on-delay. */
  | { readonly kind: 'trip' }
  /** The condition was gone for the off-delay. */
  | { readonly kind: 'clear' }
  | { readonly kind: 'severityRises' }
  | { readonly kind: 'acknowledge' }
  | { readonly kind: 'shelve'; readonly shelving: Shelving }
  | { readonly kind: 'unshelve'; readonly by: 'hand' | 'timer' }
  | { readonly kind: 'suppress' }
  | { readonly kind: 'release' }
  | { readonly kind: 'takeOutOfService' }
  | { readonly kind: 'returnToService' };

/**
 * - A normal, B unacknowledged, C acknowledged, D returned to normal unacknowledged,
 * - E shelved, F suppressed by design, G out of service.
 */
export function stateOf(facts: AlarmFacts): AlarmState {
  if (facts.outOfService) return 'G';
  if (facts.suppressed) return 'F';
  if (facts.shelved) return 'E';
  if (facts.active) return facts.acknowledged ? 'C' : 'B';
  return facts.acknowledged ? 'A' : 'D';
}

/**
 * The facts after a trigger; the same object when it changes nothing in this state. An alarm that trips again after it
 * returned unacknowledged is a new event: the caller makes a new occurrence whenever `active` becomes true.
 */
export function apply(facts: AlarmFacts, trigger: Trigger): AlarmFacts {
  switch (trigger.kind) {
    case 'trip':
      return facts.active ? facts : { ...facts, active: true, acknowledged: false };
    case 'clear':
      return facts.active ? { ...facts, active: false } : facts;
    case 'severityRises':
      return stateOf(facts) === 'C' ? { ...facts, acknowledged: false } : facts;
    case 'acknowledge':
      return 'BD'.includes(stateOf(facts)) ? { ...facts, acknowledged: true } : facts;
    case 'shelve':
      return { ...facts, shelved: trigger.shelving };
    case 'unshelve':
      return facts.shelved ? released({ ...facts, shelved: undefined }, trigger.by === 'hand') : facts;
    case 'suppress':
      return facts.suppressed ? facts : { ...facts, suppressed: true };
    case 'release':
      return facts.suppressed ? released({ ...facts, suppressed: false }, false) : facts;
    case 'takeOutOfService':
      return facts.outOfService ? facts : { ...facts, outOfService: true };
    case 'returnToService':
      return facts.outOfService ? released({ ...facts, outOfService: false }, false) : facts;
  }
}

/** Back in sight: what is active is announced, unless a person took it back knowingly; what is not is normal. */
function released(facts: AlarmFacts, isKnown: boolean): AlarmFacts {
  return { ...facts, acknowledged: !facts.active || isKnown };
}
