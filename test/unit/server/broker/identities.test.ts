import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadIdentities, SecretChecker } from '../../../../server/broker/identities.ts';
import { derive, hashSecret, parseHash } from '../../../../server/broker/secret-hash.ts';

const folder = mkdtempSync(join(tmpdir(), 'gridwarden-identities-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function load(text: string) {
  const file = join(folder, 'users.yaml');
  writeFileSync(file, text);
  return loadIdentities(file);
}

const FAST = { N: 16, r: 1, p: 1 };

describe('secrets', () => {
  // RFC 7914, section 12, second test vector.
  test('are derived as the standard says', async () => {
    const key = await derive(Buffer.from('password'), Buffer.from('NaCl'), 64, { N: 1024, r: 8, p: 16 });
    expect(key.toString('hex')).toBe(
      'fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640',
    );
  });

  test('match their hash and no other', async () => {
    const hash = await hashSecret('correct horse', Buffer.from('salt'), FAST);
    expect(parseHash(hash).settings).toEqual(FAST);
    const identity = { name: 'agent-1', role: 'agent', hash } as const;
    const checker = new SecretChecker();
    expect(await checker.matches(identity, Buffer.from('correct horse'))).toBe(true);
    expect(await checker.matches(identity, Buffer.from('correct horse'))).toBe(true);
    expect(await checker.matches(identity, Buffer.from('wrong'))).toBe(false);
    expect(await checker.matches(identity, Buffer.from('correct horsf'))).toBe(false);
  });
});

describe('the users file', () => {
  test('names identities by role, agents with their nodes', async () => {
    const hash = await hashSecret('x', Buffer.from('salt'), FAST);
    const identities = load(
      `identities:\n  - { name: agent-1, role: agent, hash: '${hash}', nodes: [east/agent-1] }\n`,
    );
    expect(identities.get('agent-1')).toEqual({ name: 'agent-1', role: 'agent', hash, nodes: ['east/agent-1'] });
  });

  test('refuses two of one name, a wrong role and a hash that is none', async () => {
    const hash = await hashSecret('x', Buffer.from('salt'), FAST);
    const twice = `identities:\n  - { name: a, role: reader, hash: '${hash}' }\n  - { name: a, role: reader, hash: '${hash}' }\n`;
    expect(() => load(twice)).toThrow(/users\.yaml:3: identities\.1\.name: "a" stands here twice/);
    expect(() => load(`identities:\n  - { name: a, role: king, hash: '${hash}' }\n`)).toThrow(/role/);
    expect(() => load('identities:\n  - { name: a, role: reader, hash: plain }\n')).toThrow(/hash/);
  });
});
