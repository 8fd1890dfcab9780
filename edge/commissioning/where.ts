import { Value } from 'typebox/value';
import { type BusConfig, BusSchema } from '../config.ts';
import { GridwardenError } from '../platform/errors.ts';

/** Where the device is, as flags or questions gave it. */
export interface Where {
  readonly host?: string;
  readonly port?: number;
  readonly rtuOverTcp?: boolean;
  readonly line?: string;
  readonly baud?: number;
  readonly parity?: string;
  readonly stopBits?: number;
  readonly timeout?: string;
}

/** What a bus gets as devices before any is known; never written anywhere. */
const NOBODY = [{ id: 'device', model: 'unknown/unknown', unit: 1, every: '1s' }];

/**
 * The bus of the edge's configuration that flags describe: what they leave open gets the configuration's defaults.
 *
 * @throws GridwardenError ARGUMENT_INVALID
 */
export function busConfigOf(where: Where, devices: readonly unknown[] = NOBODY): BusConfig {
  if ((where.host === undefined) === (where.line === undefined))
    throw invalid('give either --host <name or address> or --line <serial device>, such as --line /dev/ttyUSB0');
  const unchecked = { ...busFields(where), id: 'bus', devices };
  const config = Value.Default(BusSchema, unchecked);
  if (Value.Check(BusSchema, config)) return config;
  throw invalid('host, port or line settings are not valid: see --help');
}

/** The keys of a bus in edge.yaml that say where it is; only what differs from the defaults. */
export function busFields(where: Where): Record<string, unknown> {
  const timeout = where.timeout === undefined ? {} : { timeout: where.timeout };
  if (where.line !== undefined) {
    return {
      transport: 'rtu',
      path: where.line,
      ...(where.baud === undefined ? {} : { baudRate: where.baud }),
      ...(where.parity === undefined ? {} : { parity: where.parity }),
      ...(where.stopBits === undefined ? {} : { stopBits: where.stopBits }),
      ...timeout,
    };
  }
  const port = where.port === undefined ? {} : { port: where.port };
  return { transport: where.rtuOverTcp ? 'rtu-over-tcp' : 'tcp', host: where.host, ...port, ...timeout };
}

/** The same place as flags, for a command to copy. */
export function whereFlags(where: Where): string {
  const flags: readonly (readonly [string, string | number | boolean | undefined])[] = [
    ['--host', where.host],
    ['--port', where.port],
    ['--rtu-over-tcp', where.rtuOverTcp],
    ['--line', where.line],
    ['--baud', where.baud],
    ['--parity', where.parity],
    ['--stop-bits', where.stopBits],
  ];
  return flags
    .flatMap(([flag, value]) => {
      if (value === undefined || value === false) return [];
      return value === true ? [flag] : [`${flag} ${value}`];
    })
    .join(' ');
}

export function invalid(message: string): GridwardenError {
  return new GridwardenError('ARGUMENT_INVALID', message);
}
