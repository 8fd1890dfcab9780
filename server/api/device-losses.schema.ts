import { type Static, Type } from 'typebox';
import { FormatQuery, Instant } from './common.schema.ts';

export const DeviceLossesQuery = Type.Object(FormatQuery, { additionalProperties: false });

export const DeviceLossesSchema = Type.Object({
  device: Type.String(),
  losses: Type.Array(
    Type.Object({
      metric: Type.String(),
      values: Type.Integer({ minimum: 0 }),
      reason: Type.String({ description: 'As in the explanations of its agent' }),
      agent: Type.String({ description: 'Which dropped them' }),
      from: Instant('First reading time of the records that were dropped together'),
      to: Instant('Last reading time of the records that were dropped together'),
    }),
  ),
});
export type DeviceLosses = Static<typeof DeviceLossesSchema>;
