import { type Static, Type } from 'typebox';
import { METER_ROLES, PHASES } from '../registry/kinds.ts';
import { Nullable } from './common.schema.ts';
import { GridTimeQuery } from './grid.schema.ts';

const Id = (description: string) => Type.Optional(Type.String({ minLength: 1, maxLength: 200, description }));

export const GridOneLineQuery = Type.Object(
  { feeder: Id('Its areas'), area: Id('This one, with its meters'), ...GridTimeQuery },
  { additionalProperties: false },
);

const LineMeterSchema = Type.Object({
  id: Type.String(),
  role: Type.Enum(METER_ROLES),
  phase: Nullable(Type.Enum(PHASES)),
  ratio: Type.Number({ description: 'What its readings are multiplied with' }),
});
export type LineMeter = Static<typeof LineMeterSchema>;

const LineAreaSchema = Type.Object({
  id: Type.String(),
  name: Nullable(Type.String()),
  feeder: Nullable(Type.String()),
  transformers: Type.Array(
    Type.Object({ id: Type.String(), ratedKva: Type.Number(), device: Nullable(Type.String()) }),
  ),
  gateways: Type.Array(LineMeterSchema),
  meterCount: Type.Integer({ minimum: 0, description: 'Meters that are no gateways' }),
});
export type LineArea = Static<typeof LineAreaSchema>;

export const GridOneLineSchema = Type.Object({
  areas: Type.Array(LineAreaSchema),
  meters: Type.Array(LineMeterSchema, { description: 'Of an area, by phase; empty for a feeder' }),
});
export type GridOneLine = Static<typeof GridOneLineSchema>;
