import { type Static, Type } from 'typebox';
import { DEVICE_KINDS } from '../protocol/delivery.ts';
import { LoadProfileSchema } from './load-profile-schema.ts';
import { TypeRegisterSchema } from './type-register.ts';
import { WholeBlockSchema } from './whole-block.ts';

const strict = { additionalProperties: false } as const;

/** How a register's number is written. Widths: 16 bits one register, 32 two, 64 four. */
export const REGISTER_TYPES = ['int16', 'uint16', 'int32', 'uint32', 'int64', 'uint64', 'float32', 'float64'] as const;
export type RegisterType = (typeof REGISTER_TYPES)[number];

/** Which register of a number comes first: the one with the high bits, or the one with the low bits. */
export const WORD_ORDERS = ['high-first', 'low-first'] as const;
export type WordOrder = (typeof WORD_ORDERS)[number];

/** Bytes inside a register: `big` is what the Modbus specification says, `little` is swapped. */
export const BYTE_ORDERS = ['big', 'little'] as const;
export type ByteOrder = (typeof BYTE_ORDERS)[number];

/**
 * How a serial number is written: as a number, or as a text of two characters a register (`ascii`) or of one character
 * a register, in its low byte (`ascii-low`; the high byte is not used).
 */
export const IDENTITY_TYPES = ['ascii', 'ascii-low', 'uint16', 'uint32', 'uint64'] as const;
export type IdentityType = (typeof IDENTITY_TYPES)[number];

/** Function codes that read: 3 holding registers, 4 input registers. */
export const FUNCTION_CODES = [3, 4] as const;
export type FunctionCode = (typeof FUNCTION_CODES)[number];

/** What a positive power means: drawn from the grid, delivered to it, or no direction at all (a magnitude). */
export const SIGNS = ['import-positive', 'export-positive', 'unsigned'] as const;
export type Sign = (typeof SIGNS)[number];

/** One of a list of constants; its static type is the union of them. */
function oneOf<const T extends readonly (string | number)[]>(values: T, description: string) {
  return Type.Unsafe<T[number]>(
    Type.Union(
      values.map((value) => Type.Literal(value)),
      { description },
    ),
  );
}

const Address = Type.Integer({
  minimum: 0,
  maximum: 65_535,
  allowed: 'a zero-based protocol address from 0 to 65535, as it stands in the frame (not a 3xxxx or 4xxxx number)',
  description: 'Zero-based protocol address, as it stands in the frame',
});

const NotAvailableValue = Type.Union([
  Type.Integer({ minimum: 0, maximum: 0xffff_ffff }),
  Type.String({
    pattern: '^(nan|0x[0-9A-Fa-f]{4}|0x[0-9A-Fa-f]{8}|0x[0-9A-Fa-f]{16})$',
    allowed: 'a bit pattern such as 0x8000, or nan',
  }),
]);

const NotAvailableList = Type.Array(NotAvailableValue, {
  maxItems: 16,
  description: 'Bit patterns (after word and byte order are undone) that mean: no value',
});

const perType = Type.Optional(NotAvailableList);
const NotAvailableByType = Type.Object(
  {
    int16: perType,
    uint16: perType,
    int32: perType,
    uint32: perType,
    int64: perType,
    uint64: perType,
    float32: perType,
    float64: perType,
  },
  strict,
);

const RegisterTypeSchema = oneOf(REGISTER_TYPES, 'How the number is written');
const WordOrderSchema = oneOf(WORD_ORDERS, 'Which register of a number comes first');
const ByteOrderSchema = oneOf(BYTE_ORDERS, 'Order of the bytes inside a register');
const FunctionCodeSchema = oneOf(FUNCTION_CODES, '3 reads holding registers, 4 reads input registers');
const SignSchema = oneOf(SIGNS, 'What a positive power means');
const CounterDigits = Type.Integer({
  minimum: 3,
  maximum: 15,
  description: 'Digits of the counter before the decimal point, in the unit given here; it rolls over after them',
});

export const RegisterSchema = Type.Object(
  {
    address: Address,
    type: Type.Optional(RegisterTypeSchema),
    functionCode: Type.Optional(FunctionCodeSchema),
    wordOrder: Type.Optional(WordOrderSchema),
    byteOrder: Type.Optional(ByteOrderSchema),
    unit: Type.String({ maxLength: 10, description: "The unit of number × scale, as the maker's document gives it" }),
    scale: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, maximum: 1e9, description: 'The number times this is in the unit' }),
    ),
    sign: Type.Optional(SignSchema),
    notAvailable: Type.Optional(NotAvailableList),
    counterDigits: Type.Optional(CounterDigits),
  },
  strict,
);

const HoleSchema = Type.Object(
  { functionCode: Type.Optional(FunctionCodeSchema), from: Address, to: Address },
  { ...strict, description: 'Addresses from … to, both included, that a read must not touch' },
);

const LimitsSchema = Type.Object(
  {
    maxRegistersPerRead: Type.Integer({ minimum: 1, maximum: 125, default: 125 }),
    minGapMs: Type.Integer({
      minimum: 0,
      maximum: 10_000,
      default: 0,
      description: 'Idle time that the device needs before the next request',
    }),
    holes: Type.Array(HoleSchema, { maxItems: 100, default: [] }),
    readsAcrossGaps: Type.Boolean({
      default: true,
      description: 'Whether addresses between the named registers may be read along; holes are learned when not',
    }),
  },
  { ...strict, default: {} },
);

const IdentitySchema = Type.Object(
  {
    functionCode: FunctionCodeSchema,
    address: Address,
    type: oneOf(IDENTITY_TYPES, 'How the serial number is written'),
    count: Type.Optional(Type.Integer({ minimum: 1, maximum: 32, description: 'Registers of a text' })),
    block: Type.Optional(WholeBlockSchema),
  },
  { ...strict, description: 'The register that holds the serial number' },
);

const SourceSchema = Type.Object(
  {
    document: Type.String({ minLength: 3, maxLength: 300 }),
    version: Type.String({ minLength: 1, maxLength: 100 }),
    page: Type.String({ minLength: 1, maxLength: 200, description: 'Pages or sections of the register table' }),
    url: Type.Optional(Type.String({ pattern: '^https?://', maxLength: 500 })),
    checked: oneOf(
      ['maker', 'community'] as const,
      "`maker`: compared with the maker's document; `community`: only with what others use",
    ),
    note: Type.Optional(Type.String({ maxLength: 2000, description: 'What was compared with what, and what was not' })),
  },
  strict,
);

/** A device-model file: `<maker>/<product>.yaml`; its path is the model's name. */
export const ModelFileSchema = Type.Object(
  {
    maker: Type.String({ minLength: 1, maxLength: 100 }),
    product: Type.String({ minLength: 1, maxLength: 100 }),
    kind: oneOf(DEVICE_KINDS, 'What stands behind the device id'),
    description: Type.Optional(Type.String({ maxLength: 1000 })),
    source: SourceSchema,
    functionCode: FunctionCodeSchema,
    type: Type.Optional(RegisterTypeSchema),
    wordOrder: WordOrderSchema,
    byteOrder: Type.Optional(ByteOrderSchema),
    sign: Type.Optional(SignSchema),
    counterDigits: Type.Optional(CounterDigits),
    notAvailable: Type.Optional(NotAvailableByType),
    limits: LimitsSchema,
    identity: Type.Optional(IdentitySchema),
    typeRegister: Type.Optional(TypeRegisterSchema),
    registers: Type.Record(Type.String({ pattern: '^[a-z0-9_]+$' }), RegisterSchema, { minProperties: 1 }),
    loadProfile: Type.Optional(LoadProfileSchema),
  },
  strict,
);

export type ModelFile = Static<typeof ModelFileSchema>;
export type RegisterFile = Static<typeof RegisterSchema>;
