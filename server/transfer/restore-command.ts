import { resolve } from 'node:path';
import { systemProcessClock } from '../../edge/platform/clock.ts';
import { gridClockOf } from '../../edge/platform/common-config.ts';
import { loadServerConfig } from '../load-config.ts';
import { ProgressLines } from './progress.ts';
import { restoreBackup } from './restore.ts';
import { placeOf } from './restore-place.ts';

export interface RestoreCommand {
  readonly config: string;
  readonly folder: string;
  readonly say: (line: string) => void;
}

/** Restores a backup into the places that the configuration names, and says what that means. */
export async function restoreCommand({ config: file, folder, say }: RestoreCommand): Promise<void> {
  const { config } = loadServerConfig(file);
  const source = resolve(folder);
  const progress = new ProgressLines(say, systemProcessClock());
  const { id, takenMs, store } = await restoreBackup(source, placeOf(config), {
    nowMs: gridClockOf(config.clock).nowMs(),
    progress: (done, total) => progress.update(done, total),
  });
  const taken = new Date(takenMs).toISOString();
  say(`restored as of ${taken}: backup ${id}; the server can be started`);
  say(
    `What was stored after ${taken} and no longer waits at the edges is lost; the delivery of each agent lists it as explained`,
  );
  if (store.kind === 'influxdb') say(INFLUX_HINT);
}

const INFLUX_HINT =
  'The readings are in InfluxDB: its bucket must hold at least what it held then. A bucket that was made anew is another store; start once with --accept-new-store';
