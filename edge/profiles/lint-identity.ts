import type { Problem } from '../platform/schema-errors.ts';
import { identityWidth } from './model.ts';
import type { ModelFile } from './schema.ts';

/** What a schema cannot say of the register with the serial number. */
export function lintIdentity(model: ModelFile): Problem[] {
  const { identity } = model;
  if (identity === undefined) return [];
  const messages = [lintCount(identity), lintPlace(identity), lintRead(identity, model)];
  return messages.flatMap((message) => (message === undefined ? [] : [{ path: ['identity'], message }]));
}

type Identity = NonNullable<ModelFile['identity']>;

function lintCount({ type, count }: Identity): string | undefined {
  if (type.startsWith('ascii')) return count === undefined ? 'is a text and needs its "count" of registers' : undefined;
  return count === undefined ? undefined : `has a "count", which only a text has; a ${type} has its own width`;
}

function lintPlace(identity: Identity): string | undefined {
  const { address, block } = identity;
  const last = address + identityWidth(identity) - 1;
  if (last > 65_535) return `ends at address ${last}, beyond 65535`;
  if (block === undefined) return undefined;
  const blockLast = block.address + block.count - 1;
  if (blockLast > 65_535) return `has a block that ends at address ${blockLast}, beyond 65535`;
  if (address >= block.address && last <= blockLast) return undefined;
  return `lies at ${address} to ${last}, outside its block (${block.address} to ${blockLast})`;
}

function lintRead(identity: Identity, { limits }: ModelFile): string | undefined {
  const { address, count } = identity.block ?? { address: identity.address, count: identityWidth(identity) };
  if (count > limits.maxRegistersPerRead) {
    return `is read with ${count} registers, more than the device gives at once (maxRegistersPerRead ${limits.maxRegistersPerRead})`;
  }
  const hole = limits.holes.find(
    ({ functionCode = identity.functionCode, from, to }) =>
      functionCode === identity.functionCode && from < address + count && to >= address,
  );
  return hole && `is read across a hole (${hole.from} to ${hole.to})`;
}
