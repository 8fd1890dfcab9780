import { type Static, Type } from 'typebox';
import { QUALITIES } from '../../edge/protocol/quality.ts';
import { POLL_CLASSES, QUANTITY_KINDS } from '../../edge/protocol/quantities.ts';
import { AGGREGATES, ORIGINS } from '../store/telemetry-store.ts';
import { FormatQuery, Nullable } from './common.schema.ts';

/** A quantity of the catalogue. */
export const QuantitySchema = Type.Object({
  metric: Type.String({ description: 'The one name: on the wire, in the store, here and on the page' }),
  unit: Type.String(),
  kind: Type.Enum(QUANTITY_KINDS),
  pollClass: Type.Enum(POLL_CLASSES, { description: 'Decides how long its readings are kept' }),
  readingType: Nullable(Type.String({ description: 'IEC 61968-9 reading type' })),
  min: Type.Number({ description: 'Below it a value is out of range' }),
  max: Type.Number({ description: 'Above it a value is out of range' }),
  name: Type.Object({ en: Type.String(), zh: Type.String() }),
});
export type Quantity = Static<typeof QuantitySchema>;

export const QuantitiesQuery = Type.Object(FormatQuery, { additionalProperties: false });

/** The catalogue, and the meaning of the codes that columns hold. */
export const QuantitiesSchema = Type.Object({
  items: Type.Array(QuantitySchema),
  qualities: Type.Array(Type.Object({ code: Type.Integer(), quality: Type.Enum(QUALITIES) })),
  origins: Type.Array(Type.Object({ code: Type.Integer(), origin: Type.Enum(ORIGINS) })),
  aggregates: Type.Array(Type.Enum(AGGREGATES)),
});
export type Quantities = Static<typeof QuantitiesSchema>;
