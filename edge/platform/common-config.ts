import { type Static, Type } from 'typebox';
import { type GridClock, systemGridClock } from './clock.ts';
import { LOG_LEVELS } from './log.ts';
import { FilePath } from './units.ts';

const strict = { additionalProperties: false } as const;

export const LogLevelSchema = Type.Enum(LOG_LEVELS);

/** How to reach an MQTT broker. */
export const BrokerClientSchema = Type.Object(
  {
    urls: Type.Array(
      Type.String({ pattern: '^mqtts?://', allowed: 'a URL such as mqtt://127.0.0.1:1883 or mqtts://…' }),
      {
        minItems: 1,
        maxItems: 16,
        description: 'Walked in this order',
      },
    ),
    username: Type.Optional(Type.String()),
    passwordFile: Type.Optional(FilePath()),
    password: Type.Optional(Type.String({ description: 'Only through an environment variable; prefer passwordFile' })),
    caFile: Type.Optional(FilePath()),
    certFile: Type.Optional(FilePath()),
    keyFile: Type.Optional(FilePath()),
    clientId: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    mqttVersion: Type.Optional(
      Type.Union([Type.Literal('3.1.1'), Type.Literal(5)], {
        description: 'Default: 3.1.1, which every broker speaks',
      }),
    ),
  },
  strict,
);

/** Grid time for simulation: `start + (wall − wallStart) · speed`; see platform/clock.ts. */
export const ClockSchema = Type.Object(
  {
    start: Type.String({ format: 'date-time', allowed: 'a time such as 2026-01-01T00:00:00Z' }),
    wallStart: Type.String({ format: 'date-time', allowed: 'a time such as 2026-01-01T00:00:00Z' }),
    speed: Type.Number({ exclusiveMinimum: 0, maximum: 10_000 }),
  },
  strict,
);

export type BrokerClientConfig = Static<typeof BrokerClientSchema>;
export type ClockConfig = Static<typeof ClockSchema>;

/** What of a broker's configuration is the path of a file that has to be there. */
export const BROKER_FILES = ['passwordFile', 'caFile', 'certFile', 'keyFile'] as const;

/** The grid clock that a configuration asks for; the machine's wall clock without one. */
export function gridClockOf(config: ClockConfig | undefined): GridClock {
  if (!config) return systemGridClock();
  return systemGridClock({
    startMs: Date.parse(config.start),
    wallStartMs: Date.parse(config.wallStart),
    speed: config.speed,
  });
}
