import { existsSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';

/** What an outbox consists of; its shared-memory file is never made, since the edge locks it for itself. */
const SUFFIXES = ['', '-wal'] as const;
const NAME = 'outbox.sqlite';

/** Copies an outbox and its log, as a killed edge has left them, into a new folder; returns the copy of the file. */
export async function copyOutbox(file: string, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const copy = join(folder, NAME);
  for (const suffix of SUFFIXES) {
    if (existsSync(`${file}${suffix}`)) await copyFile(`${file}${suffix}`, `${copy}${suffix}`);
  }
  return copy;
}
