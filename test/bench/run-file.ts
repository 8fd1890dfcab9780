import { pathToFileURL } from 'node:url';
import type { Bench, Row } from './bench.ts';

/** Runs the benches of one file in this process and sends the rows of each to the parent, so that none waits for a later one. */
const [file = ''] = process.argv.slice(2);
const loaded: unknown = await import(pathToFileURL(file).href);
for (const bench of benchesOf(loaded)) {
  process.stderr.write(`  … ${bench.name}\n`);
  await sent(await bench.run());
}
process.exit(0);

function sent(rows: readonly Row[]): Promise<void> {
  return new Promise((resolve) => {
    if (process.send) process.send(rows, () => resolve());
    else resolve();
  });
}

function benchesOf(module: unknown): readonly Bench[] {
  if (typeof module === 'object' && module !== null && 'benches' in module && Array.isArray(module.benches)) {
    return module.benches;
  }
  throw new TypeError(`${file} exports no benches`);
}
