/** Voltages and currents at a three-phase meter: re and im of Ua, Ub, Uc, then of Ia, Ib, Ic. */
export type Phasors = Float64Array;

/** How a meter is wired: right, or one of the ways that are wrong. `phase` is 0 to 2. */
export type Wiring =
  | { readonly kind: 'phaseLost'; readonly phase: number }
  | { readonly kind: 'ctReversed'; readonly phase: number }
  | { readonly kind: 'phasesSwapped'; readonly phase: number };

/**
 * Power that a meter measures through its wiring, W: Re(U·conj(I)) with the currents as they reach it. A lost phase gives
 * none, a reversed current transformer turns its sign, swapped phases bring the current of `phase` to the next one and the
 * other way round.
 */
export function measuredW(phasors: Phasors, wiring: Wiring): number {
  const reaching = currentReaching(phasors, wiring);
  let watts = 0;
  for (let at = 0; at < 6; at++) watts += (reaching[at] ?? 0) * (reaching[6 + at] ?? 0);
  return watts;
}

/** The phasors with the currents as they reach the meter through its wiring; the same array where it is wired right. */
export function currentReaching(phasors: Phasors, wiring: Wiring | undefined): Phasors {
  if (!wiring) return phasors;
  const reaching = Float64Array.from(phasors);
  for (let phase = 0; phase < 3; phase++) {
    const factor = phase === wiring.phase ? factorOf(wiring.kind) : 1;
    const from = wiring.kind === 'phasesSwapped' ? swapped(phase, wiring.phase) : phase;
    reaching[6 + 2 * phase] = factor * (phasors[6 + 2 * from] ?? 0);
    reaching[7 + 2 * phase] = factor * (phasors[7 + 2 * from] ?? 0);
  }
  return reaching;
}

function factorOf(kind: Wiring['kind']): number {
  return kind === 'phaseLost' ? 0 : kind === 'ctReversed' ? -1 : 1;
}

function swapped(phase: number, first: number): number {
  const second = (first + 1) % 3;
  return phase === first ? second : phase === second ? first : phase;
}
