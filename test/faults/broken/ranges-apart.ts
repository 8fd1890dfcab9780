/**
 * Loaded into a server before it starts (`node --import`), this breaks it: the ranges of received records are made durable
 * in a transaction of their own, a while after the rows. A kill between the two makes the edge send again what is stored
 * already. DuckDB then holds rows twice, and the ledger must show it. InfluxDB does not: the same line overwrites itself;
 * see receipt-time.ts.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { copyOf, NO_POINTS, replaceCommit } from './stores.ts';

/** Long against a commit: whenever the server is killed, some ranges are not durable whose rows are. */
const RANGES_APART_MS = 1500;

replaceCommit((_store, commit) => async (request) => {
  const rows = copyOf(request.points);
  rows.stream.fill(-1);
  rows.n.fill(-1);
  const result = await commit({ points: rows, streams: [] });
  await delay(RANGES_APART_MS);
  await commit({ points: NO_POINTS, streams: request.streams });
  return result;
});
