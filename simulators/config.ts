import { type Static, Type } from 'typebox';
import { ClockSchema, LogLevelSchema } from '../edge/platform/common-config.ts';
import { Duration, FilePath, ListenAddress } from '../edge/platform/units.ts';
import { HABITS } from './physics/load-shape.ts';
import { DEVICE_FAULTS, SCENARIO_FAULT_KINDS } from './scenario/fault-kinds.ts';

const strict = { additionalProperties: false } as const;

const DeviceId = Type.String({ pattern: '^[^/+#]+$', maxLength: 200, allowed: 'a device id without / + #' });

/** How a simulated device misbehaves. */
const FaultKindSchema = Type.Enum(DEVICE_FAULTS);

/** A fault to begin and end by the fleet's clock. */
export const PlannedFaultSchema = Type.Object(
  {
    device: DeviceId,
    kind: FaultKindSchema,
    after: Duration({ default: '0s', description: 'Counted from the start of the fleet' }),
    for: Type.Optional(Duration({ description: 'Without it the fault stays' })),
  },
  strict,
);

/** A fault told to a running fleet (`POST /faults`). */
export const FaultRequestSchema = Type.Object(
  {
    device: DeviceId,
    kind: Type.Enum(SCENARIO_FAULT_KINDS),
    for: Type.Optional(Duration({ description: 'Without it the fault stays until it is ended' })),
    size: Type.Optional(Type.Number({ minimum: -1e6, maximum: 1e9, description: 'Default: by kind' })),
    form: Type.Optional(Type.Enum(['step', 'drift'])),
    phase: Type.Optional(Type.Enum(['a', 'b', 'c'], { description: 'Of a fault of wiring' })),
  },
  strict,
);
export type FaultRequest = Static<typeof FaultRequestSchema>;

export const SimulatedDeviceSchema = Type.Object(
  {
    id: DeviceId,
    model: Type.String({ pattern: '^[a-z0-9-]+/[a-z0-9._-]+$', allowed: 'a model such as eastron/sdm630' }),
    unit: Type.Integer({ minimum: 0, maximum: 255 }),
    habit: Type.Optional(Type.Enum(HABITS)),
    meanKw: Type.Optional(Type.Number({ minimum: 0, maximum: 100_000 })),
    phase: Type.Optional(Type.Enum(['a', 'b', 'c', 'abc'], { description: 'Phase of a single-phase customer' })),
    /** An area's supply meter: it measures these devices and the loss on the way to them. */
    sumOf: Type.Optional(Type.Array(DeviceId, { minItems: 1, maxItems: 5000 })),
    /** Loss between a supply meter and its customers, as a share of what they use. */
    lossShare: Type.Optional(Type.Number({ minimum: 0, maximum: 0.5 })),
    /** A sensor at a transformer: heat comes from the load of this meter. */
    loadOf: Type.Optional(DeviceId),
    ratedKva: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1e6 })),
  },
  strict,
);
export type SimulatedDeviceConfig = Static<typeof SimulatedDeviceSchema>;

export const FleetConfigSchema = Type.Object(
  {
    seed: Type.Integer({ minimum: 0, maximum: 2 ** 32 - 1, default: 1 }),
    /** Offset of the place's local time from UTC, minutes; load and weather follow it. */
    utcOffsetMinutes: Type.Integer({ minimum: -720, maximum: 840, default: 480 }),
    nominalVoltageV: Type.Number({ minimum: 50, maximum: 1000, default: 230 }),
    clock: Type.Optional(ClockSchema),
    profiles: Type.Optional(Type.Array(FilePath(), { maxItems: 16 })),
    control: Type.Optional(
      Type.Object(
        { listen: ListenAddress({ description: 'HTTP on loopback: GET /devices, POST and DELETE /faults' }) },
        strict,
      ),
    ),
    logLevel: Type.Optional(LogLevelSchema),
    ledger: Type.Optional(
      FilePath({
        description:
          'For tests of delivery: devices answer read counters, and each answer is written down here before it goes out',
      }),
    ),
    gateways: Type.Array(
      Type.Object(
        {
          listen: ListenAddress(),
          /** How long a gateway takes for an answer, as a real one does on its serial side. */
          answerAfter: Duration({ default: '0ms' }),
          devices: Type.Array(SimulatedDeviceSchema, { minItems: 1, maxItems: 247 }),
        },
        strict,
      ),
      { minItems: 1, maxItems: 5000 },
    ),
    faults: Type.Array(PlannedFaultSchema, { maxItems: 10_000, default: [] }),
  },
  strict,
);
export type FleetConfig = Static<typeof FleetConfigSchema>;
