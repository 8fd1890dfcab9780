import type { Problem } from '../platform/schema-errors.ts';
import { identityWidth } from './model.ts';
import type { ModelFile } from './schema.ts';
import { typeWidth } from './type-register.ts';

type Identity = NonNullable<ModelFile['identity']>;

/** What stands at an address, and perhaps in a block that is read as a whole. */
type Placed = Pick<Identity, 'functionCode' | 'address' | 'block'>;

/** What a schema cannot say of the register with the serial number. */
export function lintIdentity(model: ModelFile): Problem[] {
  const { identity } = model;
  if (identity === undefined) return [];
  return problemsAt('identity', [lintCount(identity), ...lintPlaced(identity, identityWidth(identity), model)]);
}

/** What a schema cannot say of where the register with the type stands. */
export function lintTypePlace(model: ModelFile): Problem[] {
  const { typeRegister } = model;
  if (typeRegister === undefined) return [];
  return problemsAt('typeRegister', lintPlaced(typeRegister, typeWidth(typeRegister), model));
}

function problemsAt(key: string, messages: readonly (string | undefined)[]): Problem[] {
  return messages.flatMap((message) => (message === undefined ? [] : [{ path: [key], message }]));
}

function lintCount({ type, count }: Identity): string | undefined {
  if (type.startsWith('ascii')) return count === undefined ? 'is a text and needs its "count" of registers' : undefined;
  return count === undefined ? undefined : `has a "count", which only a text has; a ${type} has its own width`;
}

function lintPlaced(placed: Placed, width: number, model: ModelFile): (string | undefined)[] {
  return [lintPlace(placed, width), lintRead(placed, width, model)];
}

function lintPlace({ address, block }: Placed, width: number): string | undefined {
  const last = address + width - 1;
  if (last > 65_535) return `ends at address ${last}, beyond 65535`;
  if (block === undefined) return undefined;
  const blockLast = block.address + block.count - 1;
  if (blockLast > 65_535) return `has a block that ends at address ${blockLast}, beyond 65535`;
  if (address >= block.address && last <= blockLast) return undefined;
  return `lies at ${address} to ${last}, outside its block (${block.address} to ${blockLast})`;
}

function lintRead(placed: Placed, width: number, { limits }: ModelFile): string | undefined {
  const { address, count } = placed.block ?? { address: placed.address, count: width };
  if (count > limits.maxRegistersPerRead) {
    return `is read with ${count} registers, more than the device gives at once (maxRegistersPerRead ${limits.maxRegistersPerRead})`;
  }
  const hole = limits.holes.find(
    ({ functionCode = placed.functionCode, from, to }) =>
      functionCode === placed.functionCode && from < address + count && to >= address,
  );
  return hole && `is read across a hole (${hole.from} to ${hole.to})`;
}
