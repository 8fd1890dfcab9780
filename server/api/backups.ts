import { GridwardenError } from '../../edge/platform/errors.ts';
import { type Restoration, restorationOf } from '../state/restoration.ts';
import type { BackupRun } from '../transfer/backup-runs.ts';
import { type Backup, BackupRequestSchema, BackupSchema, BackupsSchema } from './backups.schema.ts';
import { IdParams } from './common.schema.ts';
import type { ApiContext } from './parts.ts';
import { type Api, actorOf, isFromThisMachine } from './route.ts';
import { instant } from './when.ts';

const config = { role: 'admin' } as const;
const tags = ['backups'];

/**
 * Backups of state and store. A backup is written on the server's own machine, under a name that the request gives; so it is
 * asked for from there only, whoever asks.
 */
export function backupRoutes(api: Api, { parts }: ApiContext): void {
  api.post(
    '/backups',
    {
      config,
      schema: {
        operationId: 'startBackup',
        tags,
        summary:
          "Begins a backup into a folder of the server's machine; asked for from this machine only, one at a time",
        body: BackupRequestSchema,
        response: { 202: BackupSchema },
      },
    },
    (request, reply) => {
      if (!isFromThisMachine(request)) {
        throw new GridwardenError('FORBIDDEN', 'A backup is asked for on the machine of the server itself');
      }
      reply.code(202);
      return answerOf(parts.get('backups').start(request.body.folder, actorOf(request)));
    },
  );

  api.get(
    '/backups',
    {
      config,
      schema: {
        operationId: 'listBackups',
        tags,
        summary: 'The backups that were asked for, and whether this state itself comes from one',
        response: { 200: BackupsSchema },
      },
    },
    () => {
      const restoration = restorationOf(parts.get('database'));
      return {
        items: parts.get('backups').list().map(answerOf),
        restoration: restoration ? restorationAnswer(restoration) : null,
      };
    },
  );

  api.get(
    '/backups/:id',
    {
      config,
      schema: {
        operationId: 'getBackup',
        tags,
        summary: 'How far a backup is',
        params: IdParams,
        response: { 200: BackupSchema },
      },
    },
    (request) => answerOf(parts.get('backups').find(request.params.id)),
  );
}

function answerOf({ startedMs, endedMs, reason, ...run }: BackupRun): Backup {
  const ended = endedMs === undefined ? null : instant(endedMs);
  return { ...run, started: instant(startedMs), ended, reason: reason ?? null };
}

function restorationAnswer({ backup, takenMs, restoredMs }: Restoration) {
  return { backup, taken: instant(takenMs), restored: instant(restoredMs) };
}
