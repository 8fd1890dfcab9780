import { openDuckDb } from './duckdb-store.ts';
import { ledgerBatch, ledgerSeries } from './ledger-batch.ts';

/**
 * A process that commits batch after batch until it is killed. It prints `trying FROM TO` before a commit and `stored FROM TO`
 * when the store has acknowledged it.
 *
 *     node duckdb-writer.ts FOLDER FIRST_N NOW_MS
 */
const [folder = '', first = '1', now = '0'] = process.argv.slice(2);
// Sorting happens every few batches, so that kills meet it, too.
const { store } = await openDuckDb(folder, Number(now), { sortRows: 3000 });
const series = ledgerSeries(store);
for (let from = Number(first); ; from += 400) {
  const request = ledgerBatch(series, from, from + 399, Number(now));
  process.stdout.write(`trying ${from} ${from + 399}\n`);
  await store.commit(request);
  process.stdout.write(`stored ${from} ${from + 399}\n`);
}
