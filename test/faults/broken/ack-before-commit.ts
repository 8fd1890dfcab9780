/**
 * Loaded into a server before it starts (`node --import`), this breaks it: a commit is said to be done before it is, so that
 * records are acknowledged which only the memory of the server has. A kill then loses them, and the ledger must show it.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { APART_MS, copyOf, replaceCommit } from './stores.ts';

replaceCommit((_store, commit) => {
  let before: Promise<unknown> = Promise.resolve();
  return (request) => {
    const copy = { points: copyOf(request.points), streams: request.streams };
    before = before
      .then(() => delay(APART_MS))
      .then(() => commit(copy))
      .catch(() => undefined);
    return Promise.resolve({ rejected: [] });
  };
});
