import { type Static, Type } from 'typebox';

/** What a person signs in with. */
export const SignInSchema = Type.Object(
  {
    token: Type.String({
      minLength: 1,
      maxLength: 300,
      description: '`name.secret`, as the command `token` printed it',
    }),
  },
  { additionalProperties: false },
);
export type SignIn = Static<typeof SignInSchema>;
