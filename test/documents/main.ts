import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DOCUMENTS } from './documents.ts';

// Writes the files of the repository that are made from others: `npm run documents`.
const root = join(import.meta.dirname, '../..');
for (const [path, text] of Object.entries(DOCUMENTS)) {
  writeFileSync(join(root, path), text());
  process.stdout.write(`${path}\n`);
}
