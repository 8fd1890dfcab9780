import type { ProcessClock } from '../../edge/platform/clock.ts';

/** A process clock that runs faster than the machine's, so that waits of seconds pass in fractions of one. */
export function scaledProcessClock(factor: number): ProcessClock {
  return {
    nowMs: () => performance.now() * factor,
    setTimer(delayMs, callback) {
      const handle = setTimeout(callback, delayMs / factor);
      return { cancel: () => clearTimeout(handle) };
    },
  };
}
