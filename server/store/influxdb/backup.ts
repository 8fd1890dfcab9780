import { mkdir } from 'node:fs/promises';
import { syncFolder } from '../copy-file.ts';
import { copyRejects, rejectFiles } from '../reject-files.ts';
import type { BackupOrder, StoreBackup } from '../store-backup.ts';

/**
 * What this machine keeps for a store in InfluxDB: ranges and series are in the state file, which `atRest` copies; beside it
 * lie the rejects. The points themselves are InfluxDB's, and its own `influx backup` is the tool for them.
 *
 * A range is written to the state after the server has confirmed its points, and the state is copied in one transaction. So
 * a copy never claims more than the bucket held at that moment, without anything having to wait; and a copy of the bucket
 * that is begun afterwards holds all that it claims. The other way round it would claim points that are in no copy.
 */
export async function backupInflux(rejects: string, order: BackupOrder): Promise<StoreBackup> {
  const { folder, signal } = order;
  signal.throwIfAborted();
  await mkdir(folder, { mode: 0o700 });
  await order.atRest();
  const files = await copyRejects(rejects, await rejectFiles(rejects), folder, signal);
  await syncFolder(folder);
  return { kind: 'influxdb', schemas: {}, files };
}
