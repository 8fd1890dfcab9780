import { type Static, type TSchema, Type } from 'typebox';
import { QUALITIES } from '../../edge/protocol/quality.ts';

/**
 * Two forms of time, told apart by the name: `…Ms` is milliseconds since the Unix epoch (of grid time), every other time
 * is an RFC 3339 text in UTC.
 */
export function Instant(description: string) {
  return Type.String({ format: 'date-time', description });
}

export function TimeMs(description: string) {
  return Type.Number({ description: `${description}; milliseconds since the Unix epoch` });
}

export function Nullable<T extends TSchema>(schema: T) {
  return Type.Union([schema, Type.Null()]);
}

/** An id as it stands in a path. Ids with `/` (`group/node`, and `node/device` of foreign nodes) are percent-encoded. */
export const IdParams = Type.Object({
  id: Type.String({
    minLength: 1,
    maxLength: 400,
    description: 'Percent-encoded: the `/` in an id is written %2F, as in east%2Fagent-1',
  }),
});
export type IdParams = Static<typeof IdParams>;

export const QualitySchema = Type.Enum(QUALITIES, {
  description: 'The word of the source about the value: good, or why there is none',
});

/** A quality code in a column: a position in `qualities` of `GET /api/v1/quantities`; 255 where nothing was ever seen. */
export const QualityCodeSchema = Type.Integer({ minimum: 0, maximum: 255 });

/** How far the store is: readings up to this time are in it, the answer adds what still waits. */
export const StoredUntilSchema = Nullable(
  Instant('Everything received up to here is in the store; null before the first commit'),
);

/** For answers that are a table, too; beside `Accept`, for links. */
export const FormatQuery = {
  format: Type.Optional(Type.Enum(['json', 'csv'], { description: 'Counts more than the Accept header' })),
};

const MAX_PAGE = 1000;
export const CursorSchema = Type.String({
  minLength: 1,
  maxLength: 1000,
  description: '`next` of the page before: opaque, valid for the same filters',
});

/** Query of a list that comes in pages. */
export const PageQuery = {
  limit: Type.Integer({ minimum: 1, maximum: MAX_PAGE, default: 100, description: 'Most rows of this page' }),
  cursor: Type.Optional(CursorSchema),
};

/** A page of a list: `next` is the cursor of the page that follows, null on the last one. */
export function Page<T extends TSchema>(item: T) {
  return Type.Object({ items: Type.Array(item), next: Nullable(Type.String()) });
}
