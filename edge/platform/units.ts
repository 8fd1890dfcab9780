import { Type } from 'typebox';

/** Words of ours in schemas; a validator in strict mode must be told of them. */
export const SCHEMA_KEYWORDS = ['allowed', 'isPath'] as const;

const DURATION_PATTERN = '^[0-9]+(\\.[0-9]+)?(ms|s|m|h|d)$';
const SIZE_PATTERN = '^[0-9]+(\\.[0-9]+)?(B|KiB|MiB|GiB|TiB|kB|MB|GB|TB)$';

/** Schema of a duration in a configuration file: a number with its unit, such as `500ms`, `1s`, `15m`, `8h`, `30d`. */
export function Duration(options: { description?: string; default?: string } = {}) {
  return Type.String({
    pattern: DURATION_PATTERN,
    allowed: 'a duration such as 500ms, 1s, 15m, 8h or 30d',
    ...options,
  });
}

/** Schema of a size in a configuration file, such as `512MiB` or `1GiB`. */
export function ByteSize(options: { description?: string; default?: string } = {}) {
  return Type.String({ pattern: SIZE_PATTERN, allowed: 'a size such as 500kB, 512MiB or 1GiB', ...options });
}

/** Schema of a file or folder; relative paths are relative to the configuration file that names them. */
export function FilePath(options: { description?: string; default?: string } = {}) {
  return Type.String({ minLength: 1, isPath: true, allowed: 'a path, relative to this file', ...options });
}

/** Schema of `host:port`, as in `127.0.0.1:8080`, `[::1]:8080` or `:8080` (any address). */
export function ListenAddress(options: { description?: string; default?: string } = {}) {
  return Type.String({
    pattern: '^(\\[[0-9a-fA-F:]+\\]|[^:\\[\\]]*):[0-9]{1,5}$',
    allowed: 'an address and port such as 127.0.0.1:8080',
    ...options,
  });
}

const DURATION_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const SIZE_BYTES: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** Milliseconds of a duration that its schema has accepted. */
export function durationMs(text: string): number {
  return scaled(text, DURATION_MS);
}

/** A duration as configuration files have it, in the largest unit that says it in a whole number: 15m, 1s, 1500ms. */
export function durationText(ms: number): string {
  const units = Object.entries(DURATION_MS).reverse();
  const [unit = 'ms', size = 1] = units.find(([, size]) => ms >= size && ms % size === 0) ?? [];
  return `${Number((ms / size).toFixed(3))}${unit}`;
}

/** Bytes of a size that its schema has accepted. */
export function byteSize(text: string): number {
  return Math.floor(scaled(text, SIZE_BYTES));
}

function scaled(text: string, factors: Readonly<Record<string, number>>): number {
  const match = /^([0-9.]+)([A-Za-z]+)$/.exec(text);
  const factor = match?.[2] === undefined ? undefined : factors[match[2]];
  if (match === null || factor === undefined) throw new RangeError(`${text} has no known unit`);
  return Number(match[1]) * factor;
}

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** Splits `host:port`; an empty host means every address (`0.0.0.0`). */
export function parseListen(text: string): HostPort {
  const colon = text.lastIndexOf(':');
  const host = text.slice(0, colon).replace(/^\[|\]$/g, '');
  return { host: host === '' ? '0.0.0.0' : host, port: Number(text.slice(colon + 1)) };
}

/** Whether an address stays on this machine: 127.0.0.0/8, ::1 or localhost. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.[0-9]{1,3}){3}$/.test(host);
}
