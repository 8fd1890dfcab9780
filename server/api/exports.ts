import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { Type } from 'typebox';
import { GridwardenError } from '../../edge/platform/errors.ts';
import { outputOf } from '../transfer/readings/export-plan.ts';
import { type ExportRun, MAX_KEPT_VALUES } from '../transfer/readings/export-runs.ts';
import { IdParams } from './common.schema.ts';
import { type Export, type ExportRequest, ExportRequestSchema, ExportSchema, ExportsSchema } from './exports.schema.ts';
import type { ApiContext } from './parts.ts';
import { type Api, actorOf, isFromThisMachine } from './route.ts';
import { invalidParameter } from './validation.ts';
import { instant, parseWhen } from './when.ts';

const tags = ['exports'];
const engineer = { role: 'engineer' } as const;
/** Ids of devices fill it. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;

/** Exports of readings into files: on the server's own machine, or kept by the server until they are fetched. */
export function exportRoutes(api: Api, { parts, settings: { timeZone } }: ApiContext): void {
  api.post(
    '/exports',
    {
      config: engineer,
      bodyLimit: MAX_BODY_BYTES,
      schema: {
        operationId: 'startExport',
        tags,
        summary: 'Begins an export of stored readings as CSV or Parquet, one at a time',
        description:
          'The columns are device, time, metric, value, quality, origin, as an import takes them. A file on the machine of the ' +
          `server is asked for from that machine only. A file that the server keeps holds at most ${MAX_KEPT_VALUES} values.`,
        body: ExportRequestSchema,
        response: { 202: ExportSchema },
      },
    },
    (request, reply) => {
      const { file } = request.body;
      if (file !== undefined && !isFromThisMachine(request)) {
        throw new GridwardenError(
          'FORBIDDEN',
          'A place for the file is named on the machine of the server only; leave it away and fetch the file',
        );
      }
      const run = parts.get('exports').start(planOf(request.body, timeZone), file, actorOf(request));
      reply.code(202);
      return answerOf(run);
    },
  );

  api.get(
    '/exports',
    {
      config: engineer,
      schema: {
        operationId: 'listExports',
        tags,
        summary: 'The exports that were asked for',
        response: { 200: ExportsSchema },
      },
    },
    () => ({ items: parts.get('exports').list().map(answerOf) }),
  );

  api.get(
    '/exports/:id',
    {
      config: engineer,
      schema: {
        operationId: 'getExport',
        tags,
        summary: 'How far an export is',
        params: IdParams,
        response: { 200: ExportSchema },
      },
    },
    (request) => answerOf(parts.get('exports').find(request.params.id)),
  );

  fileRoute(api, { parts });
}

function fileRoute(api: Api, { parts }: Pick<ApiContext, 'parts'>): void {
  api.get(
    '/exports/:id/file',
    {
      config: engineer,
      schema: {
        operationId: 'getExportFile',
        tags,
        summary: 'The file of an export that the server keeps',
        params: IdParams,
        response: { 200: Type.Unsafe<ReturnType<typeof createReadStream>>({ type: 'string', format: 'binary' }) },
      },
    },
    async (request, reply) => {
      const run = parts.get('exports').find(request.params.id);
      if (!run.isKept) throw new GridwardenError('NOT_FOUND', `The file of this export is ${run.file}`);
      if (run.state !== 'done')
        throw new GridwardenError('NOT_FOUND', `The file of this export is not there: it is ${run.state}`);
      const file = createReadStream(run.file);
      await once(file, 'open');
      const { format } = run.plan;
      reply
        .type(format === 'csv' ? 'text/csv; charset=utf-8; header=present' : 'application/vnd.apache.parquet')
        .header('content-length', run.result?.bytes ?? 0)
        .header('content-disposition', `attachment; filename="readings.${format}"`);
      return file;
    },
  );
}

function planOf({ file, format, devices, metrics, from, to }: ExportRequest, timeZone: string) {
  const [fromMs, toMs] = [parseWhen('from', from, timeZone), parseWhen('to', to, timeZone)];
  if (fromMs >= toMs) throw invalidParameter('to', 'must be after from');
  const output =
    file === undefined ? ({ format: format ?? 'csv', isCompressed: false } as const) : outputOf(file, format);
  return { ...output, devices, metrics, fromMs, toMs };
}

function answerOf({ plan, file, isKept, startedMs, endedMs, result, reason, ...run }: ExportRun): Export {
  const { id, by, state, doneShare, seconds } = run;
  return {
    id,
    by,
    state,
    started: instant(startedMs),
    ended: endedMs === undefined ? null : instant(endedMs),
    format: plan.format,
    from: instant(plan.fromMs),
    to: instant(plan.toMs),
    file: isKept ? null : file,
    doneShare: state === 'done' ? 1 : doneShare,
    values: result?.values ?? run.values,
    series: result?.series ?? null,
    bytes: result?.bytes ?? null,
    seconds,
    reason: reason ?? null,
  };
}
