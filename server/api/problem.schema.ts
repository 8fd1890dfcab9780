import { type Static, Type } from 'typebox';
import { ERROR_CATALOGUE, type ErrorCode } from '../../edge/platform/errors.ts';

const CODES = Object.keys(ERROR_CATALOGUE) as ErrorCode[];

/** An error as RFC 9457 writes it (`application/problem+json`), with a code of the error catalogue. */
export const ProblemSchema = Type.Object({
  type: Type.String({ description: '`urn:gridwarden:error:` and the code' }),
  title: Type.String(),
  status: Type.Integer({ minimum: 400, maximum: 599 }),
  detail: Type.String({ description: 'What happened here and what to do' }),
  code: Type.Enum(CODES),
  instance: Type.String({ description: 'Number of the request: the log of the server has it, too' }),
  problems: Type.Optional(
    Type.Array(Type.Object({ path: Type.String(), message: Type.String() }), {
      description: 'Each thing that is wrong with the request',
    }),
  ),
});
export type Problem = Static<typeof ProblemSchema>;
