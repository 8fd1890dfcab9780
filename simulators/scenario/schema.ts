import { type Static, Type } from 'typebox';
import { Duration, FilePath } from '../../edge/platform/units.ts';
import { CUSTOMER_KINDS } from '../physics/customers/kinds.ts';
import { ACCURACY_CLASSES } from '../physics/meter/class-error.ts';
import { SCENARIO_FAULT_KINDS } from './fault-kinds.ts';

const strict = { additionalProperties: false } as const;

const DateText = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', allowed: 'a date such as 2026-01-01' });

/** A number, or a range from which each one is drawn. */
const Size = Type.Number({ minimum: -1e6, maximum: 1e9 });

export const ScenarioFaultSchema = Type.Object(
  {
    kind: Type.Enum(SCENARIO_FAULT_KINDS),
    /** How many places have it, or which. */
    count: Type.Integer({ minimum: 1, maximum: 100_000, default: 1 }),
    devices: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { minItems: 1, maxItems: 10_000 })),
    after: Duration({ default: '20d', description: 'From the start of the scenario' }),
    spread: Duration({ default: '0s', description: 'Each begins up to so much later' }),
    for: Type.Optional(Duration({ description: 'Without it the fault stays' })),
    size: Type.Optional(Size),
    form: Type.Enum(['step', 'drift'], { default: 'step' }),
  },
  strict,
);

const ClimateSchema = Type.Object(
  {
    latitudeDeg: Type.Number({ minimum: -65, maximum: 65, default: 32 }),
    meanC: Type.Number({ minimum: -20, maximum: 40, default: 16 }),
    yearlySwingC: Type.Number({ minimum: 0, maximum: 30, default: 12 }),
    dailySwingC: Type.Number({ minimum: 0, maximum: 15, default: 4.5 }),
    file: Type.Optional(
      FilePath({ description: 'CSV: time,temperatureC[,irradianceKw] at equal steps; else generated' }),
    ),
  },
  { ...strict, default: {} },
);

const MetersSchema = Type.Object(
  {
    customerClass: Type.Enum(ACCURACY_CLASSES, { default: '1' }),
    gatewayClass: Type.Enum(ACCURACY_CLASSES, { default: '0.2S' }),
    digits: Type.Integer({ minimum: 4, maximum: 9, default: 6 }),
    decimals: Type.Integer({ minimum: 0, maximum: 4, default: 2 }),
    clockDriftS: Type.Number({ minimum: 0, maximum: 60, default: 0.5, description: 'Largest drift, s a day' }),
  },
  { ...strict, default: {} },
);

/** A scenario: who lives where, in which weather, measured by what, with which faults. */
export const ScenarioSchema = Type.Object(
  {
    seed: Type.Integer({ minimum: 0, maximum: 2 ** 32 - 1, default: 1 }),
    start: { ...DateText, default: '2026-01-01' },
    utcOffsetMinutes: Type.Integer({ minimum: -720, maximum: 840, default: 480 }),
    step: Duration({ default: '1h', description: 'The fixed internal step; a whole part of an hour' }),
    holidays: FilePath({ default: '../holidays/china.yaml' }),
    weather: ClimateSchema,
    district: Type.String({ default: 'D-01', minLength: 1, maxLength: 64 }),
    feeders: Type.Integer({ minimum: 1, maximum: 1000, default: 1 }),
    areas: Type.Integer({ minimum: 1, maximum: 20_000, default: 1 }),
    /** Customers of each area: drawn from this range. */
    customers: Type.Object(
      { from: Type.Integer({ minimum: 1, maximum: 1000 }), to: Type.Integer({ minimum: 1, maximum: 1000 }) },
      strict,
    ),
    mix: Type.Object(
      Object.fromEntries(
        CUSTOMER_KINDS.map((kind) => [kind, Type.Optional(Type.Number({ minimum: 0, maximum: 1e6 }))]),
      ),
      { ...strict, default: { household: 1 } },
    ),
    meters: MetersSchema,
    faults: Type.Array(ScenarioFaultSchema, { maxItems: 1000, default: [] }),
  },
  strict,
);
export type ScenarioFile = Static<typeof ScenarioSchema>;

export const HolidaysSchema = Type.Object(
  {
    source: Type.String({ minLength: 1 }),
    off: Type.Array(Type.Object({ name: Type.String(), from: DateText, to: DateText }, strict), { maxItems: 1000 }),
    worked: Type.Array(DateText, { maxItems: 1000, default: [] }),
  },
  strict,
);
