import { type Static, Type } from 'typebox';

const strict = { additionalProperties: false } as const;

const Register = Type.Integer({ minimum: 0, maximum: 65_535 });
const Offset = Type.Integer({ minimum: 0, maximum: 124, description: 'Counted in registers from the first' });
const Bit = Type.Integer({ minimum: 0, maximum: 15, description: 'Bit of the status register, 0 the lowest' });

const SelectSchema = Type.Object(
  {
    channel: Register,
    time: Register,
    direction: Register,
    forward: Type.Integer({ minimum: 0, maximum: 65_535, description: 'What asks for later entries' }),
    next: Register,
  },
  {
    ...strict,
    description: 'Registers that choose what the entries show. They, and no others, are written to read a load profile',
  },
);

const InformationSchema = Type.Object(
  {
    address: Register,
    count: Type.Integer({ minimum: 1, maximum: 125 }),
    /** Three registers: the six bytes of an OBIS code. */
    quantity: Offset,
    /** One register, signed: value × 10^scaler is in the unit of the quantity. */
    scaler: Offset,
    /** Two registers: minutes. */
    interval: Offset,
    dataType: Offset,
  },
  { ...strict, description: 'What the chosen channel holds' },
);

const EntriesSchema = Type.Object(
  {
    address: Register,
    entries: Type.Integer({ minimum: 1, maximum: 125 }),
    registers: Type.Integer({ minimum: 1, maximum: 125, description: 'Registers of one entry' }),
    /** Three registers: year since 2000, month, day, hour, minute, second, one byte each; the end of the interval. */
    time: Offset,
    status: Offset,
    /** Four registers, high first. */
    value: Offset,
  },
  { ...strict, description: 'The block of entries; an entry of all ones is none' },
);

/**
 * A load profile that is read through a window: a channel, a time and a direction are chosen by writing them, then the
 * window shows the entries from there on, a block at a time.
 */
export const LoadProfileSchema = Type.Object(
  {
    addressing: Type.Literal('selected'),
    functionCode: Type.Union([Type.Literal(3), Type.Literal(4)]),
    clock: Type.Integer({ minimum: 0, maximum: 65_535, description: "The meter's date and time, in three registers" }),
    select: SelectSchema,
    channels: Type.Integer({ minimum: 1, maximum: 64 }),
    information: InformationSchema,
    dataTypes: Type.Object({ signed64: Type.Integer(), unsigned64: Type.Integer() }, strict),
    entries: EntriesSchema,
    status: Type.Object(
      { available: Bit, doubtful: Type.Optional(Bit) },
      { ...strict, description: 'An entry counts when `available` is set and `doubtful` is not' },
    ),
    quantities: Type.Record(
      Type.String({ pattern: '^[a-z0-9_]+$' }),
      Type.Object(
        {
          obis: Type.String({
            pattern: '^[0-9]{1,3}([.][0-9]{1,3}){5}$',
            allowed: 'six numbers such as 1.0.1.8.0.255',
          }),
          unit: Type.String({ maxLength: 10, description: 'The unit of value × 10^scaler' }),
        },
        strict,
      ),
      { minProperties: 1, maxProperties: 16, description: 'Registers of the model that a channel may hold' },
    ),
  },
  { ...strict, description: 'Values of past intervals that the device keeps itself' },
);

export type LoadProfileFile = Static<typeof LoadProfileSchema>;
