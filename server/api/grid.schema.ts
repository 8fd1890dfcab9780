import { type Static, type TObject, type TSchema, Type } from 'typebox';
import { FINDING_CODES } from '../registry/findings.ts';
import { GRID_KINDS, GRID_SCHEMAS, type GridKind, IdSchema, METER_ROLES } from '../registry/kinds.ts';
import { Instant, Nullable, PageQuery } from './common.schema.ts';

const strict = { additionalProperties: false } as const;
const Moment = (description: string) => Type.Optional(Type.String({ minLength: 1, maxLength: 40, description }));

export const GridTimeQuery = {
  at: Moment("The grid of that moment: RFC 3339, a date (midnight in the district's zone) or milliseconds; else now"),
  knownAt: Moment('As it was known at that moment; else all that is known'),
};

const Filter = (description: string) => Type.Optional(Type.String({ minLength: 1, maxLength: 200, description }));
/** Fields that lists are filtered by, where the kind has them. */
export const GRID_FILTERS = {
  district: Filter('Substations of a district'),
  substation: Filter('Feeders of a substation'),
  feeder: Filter('What names this feeder'),
  area: Filter('What names this area'),
  usagePoint: Filter('What names this usage point'),
  customer: Filter('Contracts of a customer'),
  role: Type.Optional(Type.Enum(METER_ROLES, { description: 'Meters of a role' })),
};

export const GridKindParams = Type.Object({ kind: Type.Enum(GRID_KINDS) });
export const GridThingParams = Type.Object({ kind: Type.Enum(GRID_KINDS), id: IdSchema });
export const GridListQuery = Type.Object(
  {
    q: Type.Optional(Type.String({ maxLength: 200, description: 'Text that stands in one of the values' })),
    ...GRID_FILTERS,
    ...GridTimeQuery,
    ...PageQuery,
  },
  strict,
);
export type GridListQuery = Static<typeof GridListQuery>;
export const GridTimeQuerySchema = Type.Object(GridTimeQuery, strict);

const frame = {
  id: IdSchema,
  validFrom: Nullable(Instant('So from then on; null: open')),
  validTo: Nullable(Instant('So until then; null: open')),
};

function entitySchema(kind: GridKind): TObject {
  const schema: TObject = GRID_SCHEMAS[kind];
  return Type.Object({ kind: Type.Literal(kind), ...frame, ...schema.properties });
}

/** What things of all kinds have; the rest is by kind. */
export interface Entity {
  readonly kind: GridKind;
  readonly id: string;
  readonly validFrom: string | null;
  readonly validTo: string | null;
}

/** A thing of the grid with what is known of it; the schema of each kind is the one that imports are checked by. */
export const EntitySchema = Type.Unsafe<Entity>(Type.Union(GRID_KINDS.map(entitySchema)));

export function gridPage<T extends TSchema>(item: T) {
  return Type.Object({
    items: Type.Array(item),
    total: Type.Integer({ description: 'Things that fit the filters, on all pages' }),
    next: Nullable(Type.String()),
  });
}

export const GridPageSchema = gridPage(EntitySchema);

export const GridThingSchema = Type.Object({
  item: Nullable(EntitySchema),
  version: Type.Integer({ description: 'What a change has to name (If-Match, or `version` in the body)' }),
  ratio: Nullable(
    Type.Number({ description: 'Of a meter: what its readings are multiplied with, once, in derivation' }),
  ),
  history: Type.Array(EntitySchema, { description: 'All times of the thing as they are known, in order' }),
});

const Scalar = Type.Union([Type.Number(), Type.String({ maxLength: 400 }), Type.Null()]);
export const GridPatchSchema = Type.Object(
  {
    version: Type.Optional(Type.Integer({ minimum: 1, description: 'The version that was seen; instead of If-Match' })),
    set: Type.Optional(
      Type.Record(Type.String({ maxLength: 40 }), Scalar, { description: 'New values by name; null: none' }),
    ),
    from: Moment('From when the new values hold'),
    to: Moment('Until when; else for good'),
    end: Moment('From when the thing is no longer there; instead of `set`'),
    correction: Type.Boolean({ default: false, description: 'The values were wrong before: the past is put right' }),
    reason: Type.Optional(Type.String({ minLength: 1, maxLength: 1000 })),
  },
  strict,
);

export const GridRecordsSchema = Type.Object({
  items: Type.Array(
    Type.Object({
      validFrom: Nullable(Instant('So from then on')),
      validTo: Nullable(Instant('So until then')),
      recorded: Instant('Known from then on'),
      replaced: Nullable(Instant('Known until then; null: known now')),
      change: Type.Integer(),
      by: Type.String({ description: 'Who recorded it' }),
      reason: Nullable(Type.String()),
      fields: Type.Record(Type.String(), Type.Union([Type.Number(), Type.String()])),
    }),
    { description: 'All that was ever recorded, the newest first' },
  ),
});

const branch = { id: Nullable(Type.String()), name: Nullable(Type.String()), declared: Type.Boolean() };
export const GridTreeSchema = Type.Object({
  districts: Type.Array(
    Type.Object({
      ...branch,
      substations: Type.Array(
        Type.Object({
          ...branch,
          feeders: Type.Array(
            Type.Object({
              ...branch,
              areas: Type.Array(
                Type.Object({
                  ...branch,
                  transformers: Type.Array(Type.String()),
                  gateways: Type.Array(Type.String()),
                  meters: Type.Record(Type.Enum(METER_ROLES), Type.Integer()),
                }),
              ),
            }),
          ),
        }),
      ),
    }),
    { description: 'An id of null gathers what names no parent; `declared` is false for what is only named by others' },
  ),
});

export type GridTree = Static<typeof GridTreeSchema>;

export const GridSearchQuery = Type.Object(
  {
    q: Type.String({ minLength: 1, maxLength: 200, description: 'Text in an id, a name or a number' }),
    limit: Type.Integer({ minimum: 1, maximum: 200, default: 20 }),
    ...GridTimeQuery,
  },
  strict,
);
export const GridSearchSchema = Type.Object({
  items: Type.Array(
    Type.Object({
      kind: Type.Enum(GRID_KINDS),
      id: Type.String(),
      name: Nullable(Type.String()),
      area: Nullable(Type.String()),
    }),
  ),
});

export type GridSearch = Static<typeof GridSearchSchema>;

export const GridFindingsQuery = Type.Object(
  { code: Type.Optional(Type.Enum(FINDING_CODES)), at: GridTimeQuery.at, ...PageQuery },
  strict,
);
export const GridFindingSchema = Type.Object({
  code: Type.Enum(FINDING_CODES),
  subject: Type.Object({ kind: Type.Enum([...GRID_KINDS, 'devices'] as const), id: Type.String() }),
  text: Type.Object({ en: Type.String(), zh: Type.String() }),
  related: Type.Array(Type.String()),
});
export const GridFindingsSchema = Type.Object({
  ...gridPage(GridFindingSchema).properties,
  counts: Type.Record(Type.Enum(FINDING_CODES), Type.Integer({ description: 'On all pages, whatever the filter' })),
});
export type GridFindings = Static<typeof GridFindingsSchema>;
