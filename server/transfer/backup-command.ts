import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { systemProcessClock } from '../../edge/platform/clock.ts';
import { gridClockOf } from '../../edge/platform/common-config.ts';
import { readSecret } from '../../edge/platform/config.ts';
import { codeOf, GridwardenError } from '../../edge/platform/errors.ts';
import { LOCAL_ACTOR } from '../access/actor.ts';
import { openAuditLog } from '../access/audit-log.ts';
import type { Backup } from '../api/backups.schema.ts';
import type { ServerConfig } from '../config.ts';
import { loadServerConfig } from '../load-config.ts';
import { makeBackup } from './make-backup.ts';
import { openOffline } from './open-offline.ts';
import { ProgressLines } from './progress.ts';
import { ServerClient } from './server-client.ts';

const ASK_EVERY_MS = 300;

export interface BackupCommand {
  readonly config: string;
  readonly folder: string;
  /** Of an admin; needed where the server has users. */
  readonly tokenFile?: string;
  readonly say: (line: string) => void;
}

/**
 * Makes a backup: through the running server, or from the files themselves when none runs. Which of the two is told by the
 * lock on the state file, and held so that no server starts meanwhile.
 */
export async function backupCommand({ config: file, folder, tokenFile, say }: BackupCommand): Promise<void> {
  const { config } = loadServerConfig(file);
  const target = resolve(folder);
  if (!existsSync(config.state)) {
    throw new GridwardenError('NOT_FOUND', `There is nothing to back up: ${config.state} is not there`);
  }
  const progress = new ProgressLines(say, systemProcessClock());
  try {
    await fromFiles(config, target, progress);
  } catch (error) {
    if (codeOf(error) !== 'FILE_LOCKED') throw error;
    await throughServer(new ServerClient(config.listen, tokenFile && readSecret(tokenFile)), target, progress);
  }
  say(`the backup is complete: ${target}`);
  if ('influxdb' in config.store) say(INFLUX_HINT);
}

const INFLUX_HINT =
  'It holds state, received ranges and rejects. The readings are in InfluxDB: back them up now, after this one, with `influx backup`';

async function fromFiles(config: ServerConfig, folder: string, progress: ProgressLines): Promise<void> {
  await using offline = await openOffline(config);
  const { database, store } = offline;
  const gridClock = gridClockOf(config.clock);
  openAuditLog(database, gridClock).record({ actor: LOCAL_ACTOR, action: 'backup.start', subject: folder });
  await makeBackup(
    folder,
    { database, store, gridClock, host: config.host },
    { progress: (done, total) => progress.update(done, total), signal: new AbortController().signal },
  );
}

async function throughServer(server: ServerClient, folder: string, progress: ProgressLines): Promise<void> {
  let run: Backup = await server.startBackup(folder);
  while (run.state === 'running') {
    await delay(ASK_EVERY_MS);
    run = await server.backup(run.id);
    progress.update(run.doneBytes, run.totalBytes);
  }
  if (run.state === 'failed') throw new GridwardenError('STORE_UNAVAILABLE', `The backup failed: ${run.reason}`);
}
