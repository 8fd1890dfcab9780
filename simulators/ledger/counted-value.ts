import type { ModelRegister } from '../../edge/profiles/model.ts';
import { QUANTITIES } from '../../edge/protocol/quantities.ts';
import { keyOf, mix } from '../physics/hash.ts';

/** Counters up to here give values that every type below holds exactly. */
export const MAX_COUNTER = 999_999;

/** Bits behind the point that a type has left beside the counter. */
const FRACTION_BITS = { uint32: 0, float32: 4, float64: 30 } as const;
type CountedType = keyof typeof FRACTION_BITS;

function isCountedType(type: string): type is CountedType {
  return Object.hasOwn(FRACTION_BITS, type);
}

/**
 * Why a register cannot carry a read counter: it must hold the counter and, as a float, a fraction beside it, without
 * loss on its way through the catalogue's unit and limits. Undefined when it can.
 */
export function whyNotCounted({ metric, type, factor }: ModelRegister): string | undefined {
  const { min, max } = QUANTITIES[metric];
  if (!isCountedType(type)) return `${metric} is ${type}; uint32, float32 and float64 hold a read counter`;
  if (factor !== 1) return `${metric} is not in its own unit of the catalogue (factor ${factor})`;
  if (min > 0 || max < MAX_COUNTER + 1) return `${metric} allows only ${min} to ${max}`;
  return undefined;
}

/**
 * The value of a metric in the answer number `counter` of a device: its whole part is the counter, so that each value
 * says by itself which answer it stands in, and its fraction is a function of device, metric and counter, so that a
 * value of another device, metric or answer is told from it. Exact in the register's type.
 */
export function countedValue(device: string, { metric, type }: ModelRegister, counter: number): number {
  const bits = isCountedType(type) ? FRACTION_BITS[type] : 0;
  const hash = mix(mix(keyOf(device), keyOf(metric)), counter);
  return counter + (hash % 2 ** bits) / 2 ** bits;
}
