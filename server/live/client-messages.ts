import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { messageOf } from '../../edge/platform/errors.ts';
import { describeSchemaErrors } from '../../edge/platform/schema-errors.ts';
import { type ClientMessage, FrameAckSchema, SubscribeSchema, UnsubscribeSchema } from './protocol.ts';

/** A message that was understood, or why it was not. */
export type Parsed = { readonly message: ClientMessage } | { readonly problem: string; readonly id?: string };

type Check = (value: unknown) => Parsed;

function checker<S extends TSchema>(schema: S, wrap: (value: Static<S>) => ClientMessage): Check {
  const validator = Compile(schema);
  return (value) => {
    if (validator.Check(value)) return { message: wrap(value) };
    const problems = describeSchemaErrors(schema, [...validator.Errors(value)]).slice(0, 3);
    const problem = problems.map(({ path, message }) => `${path.join('.') || 'the message'}: ${message}`).join('; ');
    const id = textOf(value, 'id');
    return id === undefined ? { problem } : { problem, id };
  };
}

const CHECKS: ReadonlyMap<string, Check> = new Map([
  ['subscribe', checker(SubscribeSchema, (value) => value)],
  ['unsubscribe', checker(UnsubscribeSchema, (value) => value)],
  ['ack', checker(FrameAckSchema, (value) => value)],
]);

/** Reads a client's message against the protocol's schemas. */
export function parseClientMessage(text: string): Parsed {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { problem: `the message is not JSON: ${messageOf(error)}` };
  }
  const check = CHECKS.get(textOf(value, 'type') ?? '');
  return check ? check(value) : { problem: `type: must be one of ${[...CHECKS.keys()].join(', ')}` };
}

/** A short text member of what may be an object. */
function textOf(value: unknown, key: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const text: unknown = Reflect.get(value, key);
  return typeof text === 'string' && text.length <= 64 ? text : undefined;
}
