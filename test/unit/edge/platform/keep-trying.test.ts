import { expect, test } from 'vitest';
import { ManualProcessClock } from '../../../../edge/platform/clock.ts';
import { GridwardenError } from '../../../../edge/platform/errors.ts';
import { keepTrying } from '../../../../edge/platform/keep-trying.ts';
import { silentLogger } from '../../../../edge/platform/log.ts';

function setup() {
  const processClock = new ManualProcessClock();
  const abort = new AbortController();
  const reasons: string[] = [];
  const onWaiting = (reason: string) => reasons.push(reason);
  const options = { processClock, random: () => 1, logger: silentLogger(), signal: abort.signal, onWaiting };
  return { processClock, abort, reasons, options };
}

/** Lets promises that are settled run on. */
async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve();
}

test('what the world denies is tried again, each time a little later, until it works', async () => {
  const { processClock, options, reasons } = setup();
  const triedMs: number[] = [];
  const promise = keepTrying(() => {
    triedMs.push(processClock.nowMs());
    if (triedMs.length < 4) throw new GridwardenError('PORT_TAKEN', `taken ${triedMs.length}`);
    return 'done';
  }, options);
  for (let i = 0; i < 4; i++) {
    await settle();
    processClock.advance(processClock.pendingTimers === 0 ? 0 : 2000);
  }
  expect(await promise).toBe('done');
  expect(triedMs).toHaveLength(4);
  expect(reasons).toEqual(['taken 1', 'taken 2', 'taken 3']);
  expect(processClock.pendingTimers).toBe(0);
});

test('waits grow from half a second to ten and stay there', async () => {
  const { processClock, options } = setup();
  const waits: number[] = [];
  let lastMs = 0;
  keepTrying(() => {
    waits.push(processClock.nowMs() - lastMs);
    lastMs = processClock.nowMs();
    throw new GridwardenError('FILE_LOCKED', 'held');
  }, options).catch(() => {});
  for (let i = 0; i < 400; i++) {
    await settle();
    processClock.advance(100);
  }
  expect(waits.slice(0, 8)).toEqual([0, 500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
});

test.each(['STORE_FOREIGN', 'CONFIG_INVALID', 'STORE_REJECTED'] as const)('%s is not tried again', async (code) => {
  const { options, processClock } = setup();
  const attempt = keepTrying(() => Promise.reject(new GridwardenError(code, 'no')), options);
  await expect(attempt).rejects.toMatchObject({ code });
  expect(processClock.pendingTimers).toBe(0);
});

test('a mistake of ours is not tried again', async () => {
  await expect(keepTrying(() => Promise.reject(new TypeError('x')), setup().options)).rejects.toThrow(TypeError);
});

test('a signal ends the waiting at once, and leaves no timer', async () => {
  const { options, processClock, abort } = setup();
  const attempt = keepTrying(() => Promise.reject(new GridwardenError('PORT_TAKEN', 'taken')), options);
  await settle();
  expect(processClock.pendingTimers).toBe(1);
  abort.abort();
  await expect(attempt).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
  expect(processClock.pendingTimers).toBe(0);
});
