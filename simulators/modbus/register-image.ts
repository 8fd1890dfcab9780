import type { DeviceModel, IdentityRegister, ModelRegister } from '../../edge/profiles/model.ts';
import type { TypeRegister } from '../../edge/profiles/type-register.ts';
import type { MetricName } from '../../edge/protocol/quantities.ts';
import { EXCEPTION } from './frame.ts';
import type { UnitAnswer } from './gateway.ts';
import { writeNumber } from './write-number.ts';

/** The registers of one function code, between the lowest and the highest that the model names. */
interface Bank {
  readonly from: number;
  readonly to: number;
  readonly bytes: Buffer;
  readonly holes: readonly { readonly from: number; readonly to: number }[];
  /** Whether it is read from end to end or not at all. */
  readonly isWhole?: boolean;
}

/**
 * The registers of one device as its model lays them out. It answers as such a meter does: beyond its registers or in a
 * forbidden hole "illegal data address", above its read limit "illegal data value".
 */
export class RegisterImage {
  readonly #model: DeviceModel;
  readonly #banks = new Map<number, Bank>();
  readonly #identity: Bank | undefined;
  readonly #type: Bank | undefined;

  constructor(model: DeviceModel, serial: string) {
    this.#model = model;
    for (const code of new Set(model.registers.map((register) => register.functionCode))) {
      this.#banks.set(code, bankOf(model, code));
    }
    this.#identity = model.identity && identityBank(model.identity, serial);
    this.#type = model.typeRegister && typeBank(model.typeRegister, this.#identity);
  }

  /** Writes the values of a moment; a metric without value gets the model's not-available pattern, where it has one. */
  update(measure: (metric: MetricName) => number | undefined): void {
    for (const register of this.#model.registers) {
      const bank = this.#banks.get(register.functionCode);
      if (!bank) continue;
      const at = (register.address - bank.from) * 2;
      writeRegister(bank.bytes, at, register, measure(register.metric));
    }
  }

  read(functionCode: number, address: number, count: number): UnitAnswer {
    if (functionCode !== 3 && functionCode !== 4) return { exception: EXCEPTION.illegalFunction };
    if (count < 1 || count > this.#model.limits.maxRegistersPerRead) return { exception: EXCEPTION.illegalValue };
    const last = address + count - 1;
    const bank = this.#bankFor(functionCode, address, last);
    if (!bank || bank.holes.some((hole) => address <= hole.to && last >= hole.from)) {
      return { exception: EXCEPTION.illegalAddress };
    }
    const at = (address - bank.from) * 2;
    return { registers: bank.bytes.subarray(at, at + count * 2) };
  }

  #bankFor(functionCode: number, first: number, last: number): Bank | undefined {
    const identity = this.#model.identity?.functionCode === functionCode ? this.#identity : undefined;
    const type = this.#model.typeRegister?.functionCode === functionCode ? this.#type : undefined;
    return [this.#banks.get(functionCode), identity, type].find((bank) => bank && serves(bank, first, last));
  }
}

function serves({ from, to, isWhole }: Bank, first: number, last: number): boolean {
  return isWhole ? first === from && last === to : first >= from && last <= to;
}

function bankOf(model: DeviceModel, functionCode: number): Bank {
  const registers = model.registers.filter((register) => register.functionCode === functionCode);
  const from = Math.min(...registers.map((register) => register.address));
  const to = Math.max(...registers.map((register) => register.address + register.count - 1));
  const holes = model.limits.holes.filter((hole) => hole.functionCode === functionCode);
  return { from, to, bytes: Buffer.alloc((to - from + 1) * 2), holes };
}

function writeRegister(bytes: Buffer, at: number, register: ModelRegister, value: number | undefined): void {
  if (value !== undefined) {
    writeNumber(bytes, at, register, value / register.factor);
    return;
  }
  // Without a pattern of the model: the end of the type's range, so that nobody takes it for a measured zero.
  writeNumber(bytes, at, register, register.notAvailable[0] ?? (isFloat(register) ? 'nan' : Number.MAX_SAFE_INTEGER));
}

function isFloat({ type }: ModelRegister): boolean {
  return type === 'float32' || type === 'float64';
}

function identityBank(identity: IdentityRegister, serial: string): Bank {
  const { address, count, offset, width, type, wordOrder, byteOrder } = identity;
  const bytes = Buffer.alloc(count * 2);
  const at = offset * 2;
  if (type === 'ascii') bytes.write(serial.slice(0, width * 2), at, 'latin1');
  else if (type === 'ascii-low') bytes.set(lowBytes(serial.slice(0, width)), at);
  else writeNumber(bytes, at, { type, count: width, wordOrder, byteOrder }, Number(serial.replace(/\D/g, '')));
  return { from: address, to: address + count - 1, bytes, holes: [], ...(count > width ? { isWhole: true } : {}) };
}

/** What such a device says it is, in the block of its serial number where that holds both. */
function typeBank({ address, count, offset, width, values: [value] }: TypeRegister, identity: Bank | undefined): Bank {
  const to = address + count - 1;
  const isShared = identity?.from === address && identity.to === to;
  const bytes = isShared ? identity.bytes : Buffer.alloc(count * 2);
  if (typeof value === 'string') bytes.write(value.slice(0, 2 * width), 2 * offset, 'latin1');
  else bytes.writeUInt16BE(value ?? 0, 2 * offset);
  return { from: address, to, bytes, holes: [], isWhole: count > width };
}

/** One character a register, in its low byte. */
function lowBytes(text: string): number[] {
  return [...Buffer.from(text, 'latin1')].flatMap((byte) => [0, byte]);
}
