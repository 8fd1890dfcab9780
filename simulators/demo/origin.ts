import { existsSync, readFileSync } from 'node:fs';
import { GridwardenError, messageOf } from '../../edge/platform/errors.ts';
import { writeAside } from '../../edge/platform/write-aside.ts';

/** Which district a data folder holds, and since when: a demo that is started again goes on with it. */
export interface Origin {
  readonly devices: number;
  readonly seed: number;
  /** First local day of the district's history. */
  readonly start: string;
}

const FORMAT = 1;
const DAY_MS = 86_400_000;

/**
 * The origin kept in a file, or a new one that begins `days` full days ago.
 * @throws GridwardenError CONFIG_INVALID when the folder holds another district
 */
export function originOf(
  file: string,
  { devices, seed }: Pick<Origin, 'devices' | 'seed'>,
  time: { readonly nowMs: number; readonly utcOffsetMs: number; readonly days: number },
): Origin {
  if (!existsSync(file)) {
    const day = new Date(time.nowMs + time.utcOffsetMs - time.days * DAY_MS).toISOString().slice(0, 10);
    return { devices, seed, start: day };
  }
  const held = parse(file);
  const { format, start } = held;
  if (format === FORMAT && held.devices === devices && held.seed === seed && typeof start === 'string') {
    return { devices, seed, start };
  }
  throw new GridwardenError(
    'CONFIG_INVALID',
    `${file}: the folder holds a district of ${String(held.devices)} devices, seed ${String(held.seed)}, with its readings; start the demo with these, name another folder with --data, or delete this one`,
  );
}

export function keepOrigin(file: string, origin: Origin): Promise<void> {
  return writeAside(file, `${JSON.stringify({ format: FORMAT, ...origin }, null, 1)}\n`);
}

function parse(file: string): Partial<Record<string, unknown>> {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new GridwardenError('CONFIG_INVALID', `${file} cannot be read: ${messageOf(cause)}`, { cause });
  }
}
