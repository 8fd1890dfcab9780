import { type Static, Type } from 'typebox';
import { METRIC_NAMES } from '../../../edge/protocol/quantities.ts';

const strict = { additionalProperties: false } as const;

const Heading = Type.String({ minLength: 1, maxLength: 200 });
const Headings = Type.Array(Heading, {
  minItems: 1,
  maxItems: 100,
  description: 'Headings of one meaning, the preferred first',
});
const Metric = Type.Enum(METRIC_NAMES as readonly [string, ...string[]]);

/** How the columns of a wide file become readings; a data file, so that another export needs no code. */
export const MappingSchema = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z0-9][a-z0-9-]*$', allowed: 'small letters, digits and -' }),
    title: Type.String({ minLength: 1 }),
    source: Type.String({ minLength: 1, description: 'Where the headings and their meaning come from' }),
    device: Type.Object(
      {
        columns: Type.Array(Heading, {
          minItems: 1,
          maxItems: 100,
          description: 'The first that is there names the device',
        }),
      },
      strict,
    ),
    time: Type.Object(
      {
        columns: Headings,
        dateMeans: Type.Enum(['begin', 'end'], {
          description:
            'The local midnight that a date without a time of day stands for: the one it begins or ends with',
        }),
      },
      strict,
    ),
    ratio: Type.Optional(
      Type.Object(
        {
          product: Type.Optional(Headings),
          ct: Type.Optional(Headings),
          pt: Type.Optional(Headings),
          values: Type.Enum(['secondary', 'primary'], {
            description:
              'secondary: the values are as the meter shows them; primary: they are multiplied by the ratio, and divided here',
          }),
        },
        strict,
      ),
    ),
    missing: Type.Array(Type.String({ maxLength: 20 }), {
      default: ['--', '-', ''],
      maxItems: 50,
      description: 'Cells that say: no value',
    }),
    values: Type.Array(Type.Object({ metric: Metric, columns: Headings }, strict), { default: [], maxItems: 500 }),
    curve: Type.Optional(
      Type.Object(
        {
          metric: Metric,
          metricColumn: Type.Optional(
            Type.Object(
              {
                columns: Headings,
                words: Type.Record(Heading, Metric, { description: 'What the column says, and the metric it means' }),
              },
              strict,
            ),
          ),
          prefixes: Type.Array(Type.String({ maxLength: 20 }), {
            minItems: 1,
            maxItems: 20,
            description: 'What stands before the number of a point',
          }),
          points: Type.Enum([24, 48, 96, 144, 288], { description: 'Points a day' }),
          firstAt: Type.Enum(['begin', 'step'], {
            description: 'Point 1 is at 00:00, or one step later and the last at 24:00',
          }),
        },
        strict,
      ),
    ),
  },
  strict,
);
export type Mapping = Static<typeof MappingSchema>;
