import { type Static, Type } from 'typebox';
import { Instant, TimeMs } from './common.schema.ts';

export const TimeSchema = Type.Object({
  now: Instant('Grid time: the time of readings, schedules and ages'),
  nowMs: TimeMs('The same'),
  speed: Type.Number({ description: 'Grid seconds in one real second; 1 outside simulation' }),
  simulated: Type.Boolean({ description: 'The district is simulated: every page says so' }),
  timeZone: Type.String({ description: 'IANA name; days and months of the district are local to it' }),
  host: Type.String({ description: 'Sparkplug host id' }),
});
export type Time = Static<typeof TimeSchema>;
