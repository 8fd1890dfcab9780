import { type Static, Type } from 'typebox';
import { ROLES } from '../access/roles.ts';

/** Who asks, and what that actor may do. */
export const MeSchema = Type.Object({
  name: Type.String({ description: '`local` on loopback without a users file' }),
  role: Type.Enum(ROLES),
  may: Type.Array(Type.Enum(ROLES), { description: 'Roles whose routes are open to this actor' }),
});
export type Me = Static<typeof MeSchema>;
