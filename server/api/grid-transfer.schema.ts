import { type Static, Type } from 'typebox';
import { GRID_KINDS } from '../registry/kinds.ts';
import type { PlanCounts } from '../registry/plan.ts';
import { Nullable } from './common.schema.ts';
import { GridTimeQuery } from './grid.schema.ts';

const strict = { additionalProperties: false } as const;

/** Of 64 MiB: a million meters in the smallest form. */
export const MAX_GRID_BYTES = 64 * 1024 * 1024;
const MAX_FILES = 50;

export const GridFileSchema = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 200, description: 'As in meters.csv or grid.yaml' }),
    text: Type.String({ maxLength: MAX_GRID_BYTES }),
  },
  strict,
);

export const GridImportRequestSchema = Type.Object(
  {
    files: Type.Array(GridFileSchema, { minItems: 1, maxItems: MAX_FILES }),
    dryRun: Type.Boolean({ default: false, description: 'Only say what would change' }),
    correction: Type.Boolean({ default: false, description: 'The files are the whole history of what they name' }),
    reason: Type.Optional(Type.String({ minLength: 1, maxLength: 1000 })),
  },
  strict,
);
export type GridImportRequest = Static<typeof GridImportRequestSchema>;

const Count = Type.Integer({ minimum: 0 });
const Counts = Type.Object({ added: Count, changed: Count, ended: Count, unchanged: Count });

export const GridImportReportSchema = Type.Object({
  dryRun: Type.Boolean(),
  counts: Type.Unsafe<PlanCounts>(
    Type.Object(Object.fromEntries(GRID_KINDS.map((kind) => [kind, Type.Optional(Counts)]))),
  ),
  changes: Type.Array(Type.String(), { description: 'The first changes, each in a line' }),
  furtherChanges: Type.Integer({ description: 'Changes that are not among them' }),
  change: Nullable(Type.Integer({ description: 'Number of the change; null when nothing changed' })),
});
export type GridImportAnswer = Static<typeof GridImportReportSchema>;

export const GridExportQuery = Type.Object(
  {
    ...GridTimeQuery,
    yaml: Type.Boolean({ default: false, description: 'One YAML file instead of a table a kind' }),
  },
  strict,
);
export const GridExportSchema = Type.Object({ files: Type.Array(GridFileSchema) });
export type GridExport = Static<typeof GridExportSchema>;
