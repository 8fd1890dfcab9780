import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GridwardenError } from '../../edge/platform/errors.ts';
import type { FileRun, ImportRun } from '../transfer/readings/import-runs.ts';
import { IdParams } from './common.schema.ts';
import {
  type Import,
  type ImportFile,
  ImportRequestSchema,
  ImportSchema,
  ImportsSchema,
  UploadQuerySchema,
} from './imports.schema.ts';
import type { ApiContext, PartRegister } from './parts.ts';
import { type Api, actorOf, isFromThisMachine } from './route.ts';
import { instant } from './when.ts';

const tags = ['imports'];
/** A file that is sent; larger ones are imported on the machine of the server. */
const MAX_UPLOAD_BYTES = 512 * 1024 * 1024;
const UPLOAD_TYPES = [
  'text/csv',
  'application/x-ndjson',
  'application/vnd.apache.parquet',
  'application/gzip',
  'application/octet-stream',
];

/** Imports of readings: of files on the server's own machine, or of one that is sent. */
export function importRoutes(api: Api, { parts }: ApiContext): void {
  api.post(
    '/imports',
    {
      config: { role: 'admin' },
      schema: {
        operationId: 'startImport',
        tags,
        summary: "Begins an import of files on the server's machine; asked for from this machine only, one at a time",
        body: ImportRequestSchema,
        response: { 202: ImportSchema },
      },
    },
    (request, reply) => {
      if (!isFromThisMachine(request)) {
        throw new GridwardenError(
          'FORBIDDEN',
          'Files of the server are imported on its own machine; others are sent to imports/upload',
        );
      }
      const { files, ...options } = request.body;
      const orders = files.map((path) => ({ path, name: basename(path), isTemporary: false }));
      reply.code(202);
      return answerOf(parts.get('imports').start(orders, options, actorOf(request)));
    },
  );
  uploadRoute(api, parts);

  api.get(
    '/imports',
    {
      config: { role: 'engineer' },
      schema: {
        operationId: 'listImports',
        tags,
        summary: 'The imports that were asked for',
        response: { 200: ImportsSchema },
      },
    },
    () => ({
      items: parts
        .get('imports')
        .list()
        .map((run) => answerOf(run)),
    }),
  );

  api.get(
    '/imports/:id',
    {
      config: { role: 'engineer' },
      schema: {
        operationId: 'getImport',
        tags,
        summary: 'How far an import is',
        params: IdParams,
        response: { 200: ImportSchema },
      },
    },
    (request) => answerOf(parts.get('imports').find(request.params.id)),
  );
}

function uploadRoute(outer: Api, parts: PartRegister): void {
  // In a scope of its own: nothing else takes bodies of these types.
  void outer.register(async (api: Api) => {
    api.addContentTypeParser(UPLOAD_TYPES, { bodyLimit: MAX_UPLOAD_BYTES }, (_request, payload, done) =>
      done(null, payload),
    );
    api.post(
      '/imports/upload',
      {
        config: { role: 'engineer' },
        bodyLimit: MAX_UPLOAD_BYTES,
        schema: {
          operationId: 'uploadImport',
          tags,
          summary: `Begins an import of the body: CSV, NDJSON (each also compressed by gzip) or Parquet, at most ${MAX_UPLOAD_BYTES / 2 ** 20} MiB`,
          description:
            'A mapping is one of those that ship. The import has begun when the answer comes; GET imports/{id} follows it.',
          querystring: UploadQuerySchema,
          response: { 202: ImportSchema },
        },
      },
      async (request, reply) => {
        const imports = parts.get('imports');
        imports.checkFree();
        const { name, ...options } = request.query;
        if (options.mapping !== undefined && /[/\\.]/.test(options.mapping)) {
          throw new GridwardenError('REQUEST_INVALID', 'mapping must be the name of one that ships');
        }
        const path = join(imports.folder, `${randomUUID()}.upload${extname(name)}`);
        await saveBody(request.body, path);
        try {
          const run = imports.start([{ path, name, isTemporary: true }], options, actorOf(request));
          reply.code(202);
          return answerOf(run);
        } catch (error) {
          await rm(path, { force: true });
          throw error;
        }
      },
    );
  });
}

/** @throws GridwardenError REQUEST_TOO_LARGE, REQUEST_INVALID; nothing is left of the file then */
async function saveBody(body: unknown, path: string): Promise<void> {
  if (!(body instanceof Readable)) {
    throw new GridwardenError(
      'MEDIA_TYPE_UNSUPPORTED',
      `The body must be of one of the types ${UPLOAD_TYPES.join(', ')}`,
    );
  }
  await mkdir(join(path, '..'), { recursive: true, mode: 0o700 });
  let bytes = 0;
  const limit = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes <= MAX_UPLOAD_BYTES) done(null, chunk);
      else done(new GridwardenError('REQUEST_TOO_LARGE', `A file that is sent has at most ${MAX_UPLOAD_BYTES} bytes`));
    },
  });
  try {
    await pipeline(body, limit, createWriteStream(path, { mode: 0o600 }));
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

function answerOf({ startedMs, endedMs, files, id, by, state }: ImportRun): Import {
  const ended = endedMs === undefined ? null : instant(endedMs);
  return { id, by, state, started: instant(startedMs), ended, files: files.map(fileAnswer) };
}

function fileAnswer({ name, state, progress, result, reason, seconds }: FileRun): ImportFile {
  const at = result ?? progress;
  const storedNow = result?.storedNow ?? progress?.storedNow ?? 0;
  return {
    name,
    state,
    phase: progress?.phase ?? 'hashing',
    readBytes: progress?.readBytes ?? 0,
    totalBytes: progress?.totalBytes ?? 0,
    records: at?.records ?? 0,
    stored: at?.stored ?? 0,
    missing: at?.missing ?? 0,
    refused: at?.refused ?? 0,
    valuesPerSecond: state === 'waiting' ? null : Math.round(storedNow / Math.max(0.001, seconds)),
    from: at?.fromMs === undefined ? null : instant(at.fromMs),
    to: at?.toMs === undefined ? null : instant(at.toMs),
    rejects: result?.rejects ?? null,
    reason: reason ?? null,
  };
}
