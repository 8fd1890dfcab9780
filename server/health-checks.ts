import type { ProcessClock } from '../edge/platform/clock.ts';
import { messageOf } from '../edge/platform/errors.ts';
import type { HealthChecks, PartRegister } from './api/parts.ts';
import type { HealthReport } from './ingest/host.ts';

const TIMEOUT_MS = 3_000;

export interface HealthSources {
  readonly parts: PartRegister;
  readonly processClock: ProcessClock;
}

/** Asks all that the server stands on, each for a bounded time. */
export async function healthChecks(sources: HealthSources): Promise<HealthChecks> {
  const { parts } = sources;
  const broker = parts.find('host')?.broker() ?? { ok: false, reason: parts.reasonFor('host') };
  return { broker, store: await storeHealth(sources), state: stateHealth(sources) };
}

/** Whether the store answers; a store that keeps silent is not well. */
export async function storeHealth({ parts, processClock }: HealthSources): Promise<HealthReport> {
  const store = parts.find('store');
  if (store === undefined) return { ok: false, reason: parts.reasonFor('store') };
  return new Promise((resolve) => {
    const timer = processClock.setTimer(TIMEOUT_MS, () =>
      resolve({ ok: false, reason: `no answer in ${TIMEOUT_MS / 1000} s` }),
    );
    store
      .health()
      .catch((error: unknown) => ({ ok: false, reason: messageOf(error) }))
      .then((report) => {
        timer.cancel();
        resolve(report);
      });
  });
}

function stateHealth({ parts }: HealthSources): HealthReport {
  const database = parts.find('database');
  if (database === undefined) return { ok: false, reason: parts.reasonFor('database') };
  try {
    // Takes the write lock and gives it back: a file that can be read only would pass a SELECT.
    database.exec('BEGIN IMMEDIATE; ROLLBACK');
    return { ok: true, reason: 'open' };
  } catch (error) {
    return { ok: false, reason: messageOf(error) };
  }
}
