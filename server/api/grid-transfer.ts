import { exportFiles } from '../registry/export-files.ts';
import { importGrid } from '../registry/import-grid.ts';
import { gridTimeOf } from './grid.ts';
import {
  GridExportQuery,
  GridExportSchema,
  GridImportReportSchema,
  GridImportRequestSchema,
  MAX_GRID_BYTES,
} from './grid-transfer.schema.ts';
import type { ApiContext } from './parts.ts';
import { type Api, actorOf } from './route.ts';

const tags = ['grid'];

/** The grid as files: in, all of it or nothing; out, as an import takes it. */
export function gridTransferRoutes(api: Api, { parts, settings: { timeZone } }: ApiContext): void {
  api.post(
    '/grid/imports',
    {
      config: { role: 'engineer' },
      bodyLimit: MAX_GRID_BYTES,
      schema: {
        operationId: 'importGrid',
        tags,
        summary: 'Takes a grid from CSV tables or YAML; when anything is wrong, all of it is told and nothing imported',
        body: GridImportRequestSchema,
        response: { 200: GridImportReportSchema },
      },
    },
    async (request) => {
      const { files, dryRun, correction, reason } = request.body;
      const actor = actorOf(request);
      const order = { files, dryRun, correction, reason, timeZone, actor: actor.name };
      const report = await importGrid(parts.get('registry'), order);
      const detail = { counts: report.counts, change: report.change };
      if (!dryRun) parts.get('audit').record({ actor, action: 'grid.import', subject: 'grid', detail });
      return { ...report, counts: { ...report.counts }, changes: [...report.changes] };
    },
  );

  api.get(
    '/grid/export',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'exportGrid',
        tags,
        summary: 'The grid as files that an import takes: its whole history, or what held at a moment',
        querystring: GridExportQuery,
        response: { 200: GridExportSchema },
      },
    },
    (request) => {
      const { yaml, ...query } = request.query;
      const { atMs, knownMs } = gridTimeOf(query, timeZone);
      return { files: exportFiles(parts.get('registry').knowledge(knownMs), { timeZone, atMs, yaml }) };
    },
  );
}
