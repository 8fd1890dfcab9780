import { pathToFileURL } from 'node:url';
import type { Bench, Row } from './bench.ts';

/** Runs the benches of one file in this process and sends their rows to the parent. */
const [file = ''] = process.argv.slice(2);
const loaded: unknown = await import(pathToFileURL(file).href);
const rows: Row[] = [];
for (const bench of benchesOf(loaded)) {
  process.stderr.write(`  … ${bench.name}\n`);
  rows.push(...(await bench.run()));
}
process.send?.(rows, () => process.exit(0));

function benchesOf(module: unknown): readonly Bench[] {
  if (typeof module === 'object' && module !== null && 'benches' in module && Array.isArray(module.benches)) {
    return module.benches;
  }
  throw new TypeError(`${file} exports no benches`);
}
