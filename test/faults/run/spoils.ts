import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DuckDBInstance } from '@duckdb/node-api';

/** Something that is done to what was restored before a server is started on it, and where the comparison must see it. */
export interface Spoil {
  readonly name: string;
  readonly mustFind: 'missing' | 'books';
  spoil(telemetryFolder: string): Promise<void>;
}

/** What a comparison that is worth anything finds out about a restored place. */
export const SPOILS: readonly Spoil[] = [
  { name: 'restored without one of its data files', mustFind: 'missing', spoil: leaveOutFile },
  { name: 'restored with ranges older than its rows', mustFind: 'books', spoil: ageRanges },
];

/** The largest of the files that hold points. */
function leaveOutFile(folder: string): Promise<void> {
  const [largest] = pointFiles(folder).sort((a, b) => statSync(b).size - statSync(a).size);
  if (largest === undefined) throw new Error(`there are no data files in ${folder}`);
  for (const file of [largest, `${largest}.wal`]) rmSync(file, { force: true });
  return Promise.resolve();
}

/** Half of what each range claims is taken back, and the newer half of what the files have noted since. */
async function ageRanges(folder: string): Promise<void> {
  const catalogue = new DatabaseSync(join(folder, 'catalogue.sqlite'));
  try {
    catalogue.exec('UPDATE received SET to_n = (from_n + to_n) / 2');
  } finally {
    catalogue.close();
  }
  for (const file of pointFiles(folder)) {
    const instance = await DuckDBInstance.create(file);
    const connection = await instance.connect();
    try {
      await connection.run('DELETE FROM received WHERE from_n > (SELECT median(from_n) FROM received)');
    } finally {
      connection.closeSync();
      instance.closeSync();
    }
  }
}

function pointFiles(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.duckdb') && !name.startsWith('rollup'));
  return names.map((name) => join(folder, name));
}
