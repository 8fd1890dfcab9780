import { expect, test } from 'vitest';
import { asyncApiDocument } from '../../../../server/api/asyncapi.ts';
import { ClientMessageSchema, ServerMessageSchema } from '../../../../server/live/protocol.ts';

interface Message {
  readonly payload: { readonly properties: { readonly type: { readonly const: string } } };
}
interface Document {
  readonly asyncapi: string;
  readonly operations: Readonly<Record<string, { readonly messages: readonly { readonly $ref: string }[] }>>;
  readonly components: { readonly messages: Readonly<Record<string, Message>> };
}

const document = JSON.parse(JSON.stringify(asyncApiDocument())) as Document;

function typesOf(schema: { readonly anyOf: readonly object[] }): string[] {
  return schema.anyOf.map((branch) => (branch as Message['payload']).properties.type.const).sort();
}

test('each message of the protocol is described, under its own type, in its direction', () => {
  const named = (operation: string) =>
    document.operations[operation]?.messages.map(({ $ref }) => $ref.split('/').at(-1)).sort();
  expect(document.asyncapi).toBe('3.0.0');
  expect(named('fromPage')).toEqual(typesOf(ClientMessageSchema));
  expect(named('toPage')).toEqual(typesOf(ServerMessageSchema));
  for (const [name, { payload }] of Object.entries(document.components.messages)) {
    expect(payload.properties.type.const).toBe(name);
  }
});

test('every reference leads somewhere', () => {
  for (const [, pointer = ''] of JSON.stringify(document).matchAll(/"\$ref":"#([^"]+)"/g)) {
    const target = pointer
      .split('/')
      .slice(1)
      .reduce<unknown>((node, key) => Reflect.get(Object(node), key), document);
    expect(target).toBeDefined();
  }
});
