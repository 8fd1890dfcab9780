import { Type } from 'typebox';

/** The registers that a device gives as a whole or not at all, around one that is wanted. */
export const WholeBlockSchema = Type.Object(
  {
    address: Type.Integer({ minimum: 0, maximum: 65_535 }),
    count: Type.Integer({ minimum: 1, maximum: 125 }),
  },
  {
    additionalProperties: false,
    description: 'The registers that must be read as a whole, where this is part of more',
  },
);
