import { type Static, Type } from 'typebox';
import { BrokerClientSchema, ClockSchema, LogLevelSchema } from './platform/common-config.ts';
import { ByteSize, Duration, FilePath, ListenAddress } from './platform/units.ts';

const strict = { additionalProperties: false } as const;

const Id = (description: string) =>
  Type.String({
    // What topics reserve, and what MQTT 3.1.1, section 1.5.3, forbids or advises against in strings.
    pattern: '^[^/+#\\u0000-\\u001f\\u007f-\\u009f]+$',
    minLength: 1,
    maxLength: 200,
    allowed: `${description} without / + # and control characters`,
    description,
  });

const Every = Type.Union([
  Duration(),
  Type.Object(
    { fast: Type.Optional(Duration()), registers: Type.Optional(Duration()) },
    { ...strict, minProperties: 1 },
  ),
]);

export const DeviceSchema = Type.Object(
  {
    id: Id('a device id, unique in its group,'),
    model: Type.String({ pattern: '^[a-z0-9-]+/[a-z0-9._-]+$', allowed: 'a model such as eastron/sdm630' }),
    unit: Type.Integer({ minimum: 0, maximum: 255 }),
    every: Every,
    timeout: Type.Optional(Duration()),
    inputs: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        maxProperties: 64,
        description: 'What is wired to an input: its metric in the model, and the metric that it is here',
      }),
    ),
    loadProfile: Type.Optional(
      Type.Object(
        {
          utcOffset: Type.String({
            default: '+00:00',
            pattern: '^[+-](0[0-9]|1[0-4]):[0-5][0-9]$',
            allowed: 'what the clock of the meter is ahead of UTC, such as +08:00',
          }),
        },
        {
          ...strict,
          description:
            "Fill gaps from the device's own load profile. Some are read by writing which entries to show; nothing else is written, and without this nothing at all",
        },
      ),
    ),
  },
  strict,
);

const busCommon = {
  id: Id('a bus id'),
  timeout: Duration({ default: '1s', description: 'Longest wait for an answer' }),
  turnaround: Duration({
    default: '0ms',
    description: 'Time left to devices between an answer and the next request, where they need more than the line does',
  }),
  devices: Type.Array(DeviceSchema, { minItems: 1, maxItems: 20_000 }),
};

const tcpAddress = {
  host: Type.String({ minLength: 1 }),
  port: Type.Integer({ minimum: 1, maximum: 65_535, default: 502 }),
};

const BAUD_RATES = { minimum: 300, maximum: 921_600 };

export const BusSchema = Type.Union([
  Type.Object({ ...busCommon, transport: Type.Literal('tcp'), ...tcpAddress }, strict),
  Type.Object(
    {
      ...busCommon,
      transport: Type.Literal('rtu-over-tcp'),
      ...tcpAddress,
      baudRate: Type.Optional(
        Type.Integer({ ...BAUD_RATES, description: 'Speed of the line behind the converter, for planning and timing' }),
      ),
      interFrame: Type.Optional(
        Duration({
          description: 'Silence before each request; default 3.5 characters, or 1.75 ms above 19200 baud, or 4 ms',
        }),
      ),
    },
    strict,
  ),
  Type.Object(
    {
      ...busCommon,
      transport: Type.Literal('rtu'),
      path: Type.String({ minLength: 1, description: 'Serial device, such as /dev/ttyUSB0' }),
      baudRate: Type.Integer({ ...BAUD_RATES, default: 9600 }),
      parity: Type.Union([Type.Literal('none'), Type.Literal('even'), Type.Literal('odd')], {
        default: 'none',
        description: 'The specification wants even; most meters leave the factory with none, and so it is here',
      }),
      stopBits: Type.Union([Type.Literal(1), Type.Literal(2)], { default: 1 }),
      interFrame: Type.Optional(
        Duration({ description: 'Silence before each request; default 3.5 characters, or 1.75 ms above 19200 baud' }),
      ),
    },
    strict,
  ),
]);

export const EdgeConfigSchema = Type.Object(
  {
    group: Id('the Sparkplug group (the district)'),
    node: Id('the Sparkplug edge node id'),
    primaryHost: Type.Optional(Id('the Sparkplug host id to wait for')),
    broker: BrokerClientSchema,
    outbox: Type.Object(
      {
        path: FilePath(),
        maxBytes: ByteSize({ default: '1GiB' }),
        maxAge: Duration({ default: '90d' }),
      },
      strict,
    ),
    profiles: Type.Optional(Type.Array(FilePath(), { maxItems: 16 })),
    metrics: Type.Optional(
      Type.Object(
        { listen: ListenAddress({ description: 'Address of this machine, such as 127.0.0.1:9464' }) },
        strict,
      ),
    ),
    logLevel: Type.Optional(LogLevelSchema),
    clock: Type.Optional(ClockSchema),
    buses: Type.Array(BusSchema, { minItems: 1, maxItems: 5000 }),
  },
  strict,
);

export type EdgeConfig = Static<typeof EdgeConfigSchema>;
export type BusConfig = Static<typeof BusSchema>;
export type DeviceConfig = Static<typeof DeviceSchema>;
