import type { ModelRegister } from '../../edge/profiles/model.ts';
import { INTEGER_BOUNDS } from './write-number.ts';

/**
 * What is read of a value after it stood in a register: rounded to the register's resolution and bounded by its range, in the
 * catalogue's unit, bit for bit as an edge decodes it. A scale such as 0.1 or 0.001 is undone by a division, so that decimal
 * values stay exact.
 */
export function shownBy({ type, factor }: Pick<ModelRegister, 'type' | 'factor'>): (value: number) => number {
  if (type === 'float32' && factor === 1) return Math.fround;
  const divisor = Math.round(1 / factor);
  const isDivided = Math.abs(factor) < 1 && Math.abs(divisor * factor - 1) < 1e-9;
  return (value) => {
    const raw = rawOf(type, value / factor);
    return isDivided ? raw / divisor : raw * factor;
  };
}

function rawOf(type: ModelRegister['type'], value: number): number {
  if (type === 'float32') return Math.fround(value);
  if (type === 'float64') return value;
  // `+ 0`: an integer register knows no negative zero.
  const whole = Math.round(value) + 0;
  const bounds = INTEGER_BOUNDS[type];
  return bounds ? Math.min(Math.max(whole, bounds[0]), bounds[1]) : whole;
}
