import { setTimeout as delay } from 'node:timers/promises';
import type { PlacedDevice } from '../live/placement.ts';

/** Something to see in the first minutes: customers' meters fall silent and come back, answer exceptions, answer garbage. */
const FIRST_FAULTS = [
  { customer: 2, kind: 'silent', afterMs: 60_000, for: '10m' },
  { customer: 5, kind: 'exception', afterMs: 90_000, for: '2m' },
  { customer: 8, kind: 'garbage', afterMs: 120_000, for: '1m' },
];

/** Tells the fleet the first faults when their time comes, until the signal. What cannot be told is not: it is decoration. */
export function tellFirstFaults(control: number, devices: readonly PlacedDevice[], signal: AbortSignal): void {
  const customers = devices.filter(({ meter }) => meter > 0);
  for (const { customer, kind, afterMs, for: lasting } of FIRST_FAULTS) {
    const device = customers[customer]?.id;
    if (device !== undefined)
      void tellLater({ device, kind, for: lasting }, control, afterMs, signal).catch(() => undefined);
  }
}

async function tellLater(fault: object, control: number, afterMs: number, signal: AbortSignal): Promise<void> {
  await delay(afterMs, undefined, { signal });
  const headers = { 'content-type': 'application/json' };
  await fetch(`http://127.0.0.1:${control}/faults`, { method: 'POST', headers, body: JSON.stringify(fault), signal });
}
