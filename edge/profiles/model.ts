import type { DeviceKind } from '../protocol/delivery.ts';
import { isMetricName, type MetricName, type PollClass, pollClassOf, QUANTITIES } from '../protocol/quantities.ts';
import { type LoadProfile, resolveLoadProfile } from './load-profile.ts';
import type {
  ByteOrder,
  FunctionCode,
  IdentityType,
  ModelFile,
  RegisterFile,
  RegisterType,
  WordOrder,
} from './schema.ts';
import { resolveTypeRegister, type TypeRegister } from './type-register.ts';
import { unitFactor } from './units.ts';

/** A bit pattern of a register's number after word and byte order are undone; `nan` is any not-a-number. */
export type NotAvailable = 'nan' | { readonly high: number; readonly low: number };

/** One number of a device, with everything needed to read or to serve it. */
export interface ModelRegister {
  readonly metric: MetricName;
  readonly pollClass: PollClass;
  readonly functionCode: FunctionCode;
  /** Zero-based protocol address of the first register. */
  readonly address: number;
  /** Registers that the number takes: 1, 2 or 4. */
  readonly count: number;
  readonly type: RegisterType;
  readonly wordOrder: WordOrder;
  readonly byteOrder: ByteOrder;
  /** The number in the register times this is the value in the catalogue's unit and sign convention. */
  readonly factor: number;
  readonly notAvailable: readonly NotAvailable[];
  /** Value in the catalogue's unit at which a counter starts again from zero; only for registers. */
  readonly rollover?: number;
}

export interface Hole {
  readonly functionCode: FunctionCode;
  /** First and last address that must not be read, both included. */
  readonly from: number;
  readonly to: number;
}

export interface ModelLimits {
  readonly maxRegistersPerRead: number;
  readonly minGapMs: number;
  readonly holes: readonly Hole[];
  readonly readsAcrossGaps: boolean;
}

/** Where the serial number stands, and what is read for it. */
export interface IdentityRegister {
  readonly functionCode: FunctionCode;
  /** What is read at once: the serial number's own registers, or the whole block that it is part of. */
  readonly address: number;
  readonly count: number;
  /** Registers of what is read that come before the serial number, and those that hold it. */
  readonly offset: number;
  readonly width: number;
  readonly type: IdentityType;
  readonly wordOrder: WordOrder;
  readonly byteOrder: ByteOrder;
}

/** A device model: one product, resolved from its file. */
export interface DeviceModel {
  /** `maker/product`, from the file's path. */
  readonly name: string;
  readonly file: string;
  readonly maker: string;
  readonly product: string;
  readonly kind: DeviceKind;
  readonly source: ModelFile['source'];
  /** By function code, then address. */
  readonly registers: readonly ModelRegister[];
  readonly limits: ModelLimits;
  readonly identity?: IdentityRegister;
  readonly typeRegister?: TypeRegister;
  readonly loadProfile?: LoadProfile;
}

const WIDTHS: Readonly<Record<RegisterType, number>> = {
  int16: 1,
  uint16: 1,
  int32: 2,
  uint32: 2,
  int64: 4,
  uint64: 4,
  float32: 2,
  float64: 4,
};

/** Number of 16-bit registers that a type takes. */
export function registerWidth(type: RegisterType): number {
  return WIDTHS[type];
}

/** The type of a register of a file: its own or the model's; undefined when the file gives neither. */
export function typeOf(model: ModelFile, register: RegisterFile): RegisterType | undefined {
  return register.type ?? model.type;
}

/** The model of a file that has passed `lintModelFile`; what a file leaves open gets its default here. */
export function resolveModel(name: string, file: string, content: ModelFile): DeviceModel {
  const registers = Object.entries(content.registers).flatMap(([metric, register]) =>
    isMetricName(metric) ? [resolveRegister(metric, register, content)] : [],
  );
  registers.sort((a, b) => a.functionCode - b.functionCode || a.address - b.address);
  const { maker, product, kind, source, limits } = content;
  const holes = limits.holes.flatMap((hole) => resolveHole(hole, content));
  return {
    name,
    file,
    maker,
    product,
    kind,
    source,
    registers,
    limits: { ...limits, holes },
    ...(content.identity ? { identity: resolveIdentity(content.identity, content) } : {}),
    ...(content.typeRegister ? { typeRegister: resolveTypeRegister(content.typeRegister) } : {}),
    ...(content.loadProfile ? { loadProfile: resolveLoadProfile(content.loadProfile) } : {}),
  };
}

function resolveRegister(metric: MetricName, register: RegisterFile, model: ModelFile): ModelRegister {
  const type = typeOf(model, register) ?? 'uint16';
  const { kind, unit } = QUANTITIES[metric];
  const factor = (register.scale ?? 1) * (unitFactor(register.unit, unit) ?? Number.NaN);
  const sign = register.sign ?? model.sign;
  const resolved: ModelRegister = {
    metric,
    pollClass: pollClassOf(kind),
    functionCode: register.functionCode ?? model.functionCode,
    address: register.address,
    count: registerWidth(type),
    type,
    wordOrder: register.wordOrder ?? model.wordOrder,
    byteOrder: register.byteOrder ?? model.byteOrder ?? 'big',
    factor: sign === 'export-positive' && hasDirection(metric) ? -factor : factor,
    notAvailable: (register.notAvailable ?? model.notAvailable?.[type] ?? []).map(parsePattern),
  };
  const rollover = kind === 'register' ? rolloverOf(register, model, type, factor) : undefined;
  return rollover === undefined ? resolved : { ...resolved, rollover };
}

/** Whether a metric's sign tells the direction of power. */
export function hasDirection(metric: MetricName): boolean {
  return /^(active_power|reactive_power|power_factor|demand_active)/.test(metric);
}

function rolloverOf(register: RegisterFile, model: ModelFile, type: RegisterType, factor: number): number | undefined {
  const digits = register.counterDigits ?? model.counterDigits;
  if (digits !== undefined) return (10 ** digits * factor) / (register.scale ?? 1);
  if (type === 'uint16') return 2 ** 16 * factor;
  return type === 'uint32' ? 2 ** 32 * factor : undefined;
}

function resolveHole(hole: ModelFile['limits']['holes'][number], model: ModelFile): Hole[] {
  const codes = new Set(Object.values(model.registers).map((register) => register.functionCode ?? model.functionCode));
  const functionCodes = hole.functionCode === undefined ? [...codes] : [hole.functionCode];
  return functionCodes.map((functionCode) => ({ functionCode, from: hole.from, to: hole.to }));
}

/** Registers that a serial number takes. */
export function identityWidth({ type, count }: NonNullable<ModelFile['identity']>): number {
  return type === 'ascii' || type === 'ascii-low' ? (count ?? 1) : registerWidth(type);
}

function resolveIdentity(identity: NonNullable<ModelFile['identity']>, model: ModelFile): IdentityRegister {
  const { functionCode, type } = identity;
  const width = identityWidth(identity);
  const { address, count } = identity.block ?? { address: identity.address, count: width };
  const { wordOrder, byteOrder = 'big' } = model;
  return { functionCode, address, count, offset: identity.address - address, width, type, wordOrder, byteOrder };
}

function parsePattern(pattern: number | string): NotAvailable {
  if (pattern === 'nan') return 'nan';
  const bits = BigInt(pattern);
  return { high: Number(bits >> 32n), low: Number(bits & 0xffff_ffffn) };
}
