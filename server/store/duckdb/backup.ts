import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { sealFile, syncFolder } from '../copy-file.ts';
import { copyRejects, type RejectFile, rejectFiles } from '../reject-files.ts';
import type { BackupFile, BackupOrder, StoreBackup } from '../store-backup.ts';
import { CATALOGUE_FILE, CATALOGUE_VERSION } from './catalogue.ts';
import type { CallName, Calls } from './messages.ts';
import { schemaVersion } from './schema.ts';

/** Schema versions of the files that this program writes. */
export const DUCKDB_SCHEMAS = { catalogue: CATALOGUE_VERSION, periods: schemaVersion() } as const;

type Call = <N extends CallName>(name: N, args: Calls[N]['args']) => Promise<Calls[N]['answer']>;

/** Leads the store's thread through a backup; see `FolderBackup`. */
export async function backupDuckDb(call: Call, rejects: string, order: BackupOrder): Promise<StoreBackup> {
  const { folder, signal } = order;
  const end = () => call('backupEnd', []).catch(() => undefined);
  signal.throwIfAborted();
  signal.addEventListener('abort', end, { once: true });
  try {
    await mkdir(folder, { mode: 0o700 });
    const cut = await call('backupBegin', [folder]);
    await order.atRest();
    // Written before the commit that they belong to: as many as there are now, or a few more.
    const rejected = await rejectFiles(rejects);
    await call('backupResume', []);
    const totalBytes = cut.reduce((sum, { bytes }) => sum + bytes, 0);
    let doneBytes = 0;
    order.progress(doneBytes, totalBytes);
    const files: BackupFile[] = [];
    for (const { name, bytes } of cut) {
      files.push(...(await call('backupCopy', [name])));
      doneBytes += bytes;
      order.progress(doneBytes, totalBytes);
    }
    return { kind: 'duckdb', schemas: DUCKDB_SCHEMAS, files: [...files, ...(await rest(order, rejects, rejected))] };
  } finally {
    signal.removeEventListener('abort', end);
    await end();
  }
}

async function rest({ folder, signal }: BackupOrder, rejects: string, files: readonly RejectFile[]) {
  const copied = await copyRejects(rejects, files, folder, signal);
  const catalogue = { path: CATALOGUE_FILE, ...(await sealFile(join(folder, CATALOGUE_FILE))) };
  await syncFolder(folder);
  return [...copied, catalogue];
}
