import { createInterface } from 'node:readline/promises';
import { exitWith } from '../../edge/platform/process.ts';
import { hashSecret } from './secret-hash.ts';

/** Command line: reads a secret from standard input and prints its hash for the broker's users file. */
async function main(): Promise<void> {
  const lines = createInterface({ input: process.stdin });
  for await (const secret of lines) {
    process.stdout.write(`${await hashSecret(secret)}\n`);
    return;
  }
}

if (import.meta.main) main().catch(exitWith);
