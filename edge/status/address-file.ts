import { readFileSync, rmSync } from 'node:fs';
import { GridwardenError, messageOf, systemCodeOf } from '../platform/errors.ts';
import { writeAside } from '../platform/write-aside.ts';

/** Where a running edge answers. */
export interface EdgeAddress {
  readonly pid: number;
  /** `host:port` on this machine. */
  readonly address: string;
}

/** The file beside an outbox that says where the edge that holds it answers. */
export function addressFileOf(outboxPath: string): string {
  return `${outboxPath}.address.json`;
}

export async function writeAddress(outboxPath: string, address: EdgeAddress): Promise<void> {
  await writeAside(addressFileOf(outboxPath), `${JSON.stringify(address)}\n`);
}

/**
 * Undefined when no edge has left one; an edge that was killed leaves its own behind.
 *
 * @throws GridwardenError CONFIG_UNREADABLE when this user may not look there
 */
export function readAddress(outboxPath: string): EdgeAddress | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(addressFileOf(outboxPath), 'utf8'));
    return isAddress(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || systemCodeOf(error) === 'ENOENT') return undefined;
    const message = `${addressFileOf(outboxPath)} cannot be read (${messageOf(error)}); ask as root or as the edge's user`;
    throw new GridwardenError('CONFIG_UNREADABLE', message, { cause: error });
  }
}

export function removeAddress(outboxPath: string): void {
  rmSync(addressFileOf(outboxPath), { force: true });
}

function isAddress(value: unknown): value is EdgeAddress {
  return (
    typeof value === 'object' &&
    value !== null &&
    'pid' in value &&
    Number.isInteger(value.pid) &&
    'address' in value &&
    typeof value.address === 'string'
  );
}
