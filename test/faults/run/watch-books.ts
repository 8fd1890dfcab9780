import { setTimeout as delay } from 'node:timers/promises';
import { BookKeeper } from '../compare/books.ts';
import type { System } from '../system/system.ts';
import { agentReport } from './agents.ts';

const LOOK_MS = 500;

/** Looks at the server's account of deliveries again and again until stopped; whatever was wrong once is told. */
export function watchBooks(system: System): AsyncDisposable & { stop(): Promise<readonly string[]> } {
  const keeper = new BookKeeper();
  let isStopped = false;
  const watching = (async () => {
    while (!isStopped) {
      for (const { name } of system.edges) {
        const report = await agentReport(system.api, name);
        if (report) keeper.look(name, report.delivery);
      }
      await delay(LOOK_MS);
    }
  })();
  const stop = async () => {
    isStopped = true;
    await watching;
    return keeper.wrong;
  };
  return {
    stop,
    async [Symbol.asyncDispose]() {
      await stop();
    },
  };
}
