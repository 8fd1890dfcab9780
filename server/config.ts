import { type Static, Type } from 'typebox';
import { BrokerClientSchema, ClockSchema, LogLevelSchema } from '../edge/platform/common-config.ts';
import { ByteSize, Duration, FilePath, ListenAddress } from '../edge/platform/units.ts';

const strict = { additionalProperties: false } as const;

export const EmbeddedBrokerSchema = Type.Object(
  {
    listen: ListenAddress({ default: '127.0.0.1:1883' }),
    /** Needed off loopback: name, role and password hash of each identity. */
    users: Type.Optional(FilePath()),
    certFile: Type.Optional(FilePath()),
    keyFile: Type.Optional(FilePath()),
    maxConnections: Type.Integer({ minimum: 1, maximum: 100_000, default: 2000 }),
    maxPacketBytes: ByteSize({ default: '1MiB' }),
    maxQueuedBytes: ByteSize({ default: '16MiB', description: 'Per connection; a slower reader is cut off' }),
  },
  strict,
);

export const DuckDbStoreSchema = Type.Object(
  {
    path: FilePath({ description: 'Folder of the telemetry files' }),
    memoryLimit: ByteSize({ default: '512MiB' }),
    threads: Type.Integer({ minimum: 1, maximum: 64, default: 1 }),
  },
  strict,
);

export const InfluxDbStoreSchema = Type.Object(
  {
    url: Type.String({ pattern: '^https?://', allowed: 'a URL such as http://127.0.0.1:8086' }),
    org: Type.String({ minLength: 1 }),
    bucket: Type.String({ minLength: 1 }),
    longBucket: Type.Optional(
      Type.String({ minLength: 1, description: 'For what is kept longer; else all in bucket' }),
    ),
    tokenFile: Type.Optional(FilePath()),
    token: Type.Optional(Type.String({ description: 'Only through an environment variable; prefer tokenFile' })),
    timeout: Duration({ default: '30s' }),
    compress: Type.Optional(
      Type.Boolean({ description: 'gzip what is written: a third of the bytes for twice the work; else: unless near' }),
    ),
    /** Where lines that the server rejects are kept, with the reason. */
    rejects: Type.Optional(FilePath()),
  },
  strict,
);

export const ServerConfigSchema = Type.Object(
  {
    listen: ListenAddress({ default: '127.0.0.1:8080' }),
    host: Type.String({ pattern: '^[^/+#]+$', default: 'gridwarden', allowed: 'a Sparkplug host id without / + #' }),
    timeZone: Type.String({ default: 'UTC', description: 'IANA name; days, months and tariffs are local to it' }),
    broker: Type.Union([Type.Object({ embedded: EmbeddedBrokerSchema }, strict), BrokerClientSchema]),
    store: Type.Union([
      Type.Object({ duckdb: DuckDbStoreSchema }, strict),
      Type.Object({ influxdb: InfluxDbStoreSchema }, strict),
    ]),
    retention: Type.Object(
      { fast: Duration({ default: '30d' }), registers: Duration({ default: '3650d' }) },
      { ...strict, default: {} },
    ),
    state: FilePath({ description: 'SQLite file of everything operational' }),
    users: Type.Optional(FilePath()),
    rules: Type.Optional(FilePath()),
    reorderTimeout: Duration({ default: '2s', description: 'How long the host waits for a missing sequence number' }),
    simulated: Type.Boolean({ default: false, description: 'Every page is labelled SIMULATED' }),
    unsafeWithoutSignIn: Type.Boolean({ default: false }),
    allowedHosts: Type.Array(Type.String({ pattern: '^[A-Za-z0-9.-]+$', allowed: 'a host name without port' }), {
      default: [],
      maxItems: 100,
      description: 'Names under which the server may be reached, beside localhost and IP addresses',
    }),
    clock: Type.Optional(ClockSchema),
    logLevel: Type.Optional(LogLevelSchema),
  },
  strict,
);

export type ServerConfig = Static<typeof ServerConfigSchema>;
export type EmbeddedBrokerConfig = Static<typeof EmbeddedBrokerSchema>;
export type DuckDbStoreConfig = Static<typeof DuckDbStoreSchema>;
export type InfluxDbStoreConfig = Static<typeof InfluxDbStoreSchema>;
