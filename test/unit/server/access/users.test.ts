import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadUsers, makeToken } from '../../../../server/access/users.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gridwarden-users-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function usersFile(text: string): string {
  const file = join(folder, 'users.yaml');
  writeFileSync(file, text);
  return file;
}

test('what the token command prints is an entry of the file', async () => {
  const { user, token } = await makeToken('ann', 'engineer');
  const file = usersFile(`users:\n  - { name: ann, role: engineer, tokenHash: "${user.tokenHash}" }\n`);
  expect(loadUsers(file)).toEqual([user]);
  expect(token).toMatch(/^ann\.[A-Za-z0-9_-]{43}$/);
  expect(user.tokenHash).not.toContain(token.slice(4));
});

test.each([
  ['a role that is none', 'name: ann, role: boss', /users\.yaml:2: users\.0\.role: .*viewer/],
  ['a token instead of its hash', 'name: ann, role: viewer, tokenHash: "secret"', /tokenHash: must be a hash/],
  ['the name of nobody', 'name: local, role: viewer', /:2: users\.0\.name: the name local/],
])('%s is refused with its line', async (_, entry, message) => {
  const { user } = await makeToken('x', 'viewer');
  const hash = entry.includes('tokenHash') ? '' : `, tokenHash: "${user.tokenHash}"`;
  expect(() => loadUsers(usersFile(`users:\n  - { ${entry}${hash} }\n`))).toThrow(message);
});

test('a name that stands twice is refused at the second line', async () => {
  const { user } = await makeToken('ann', 'viewer');
  const entry = `  - { name: ann, role: viewer, tokenHash: "${user.tokenHash}" }\n`;
  expect(() => loadUsers(usersFile(`users:\n${entry}${entry}`))).toThrow(
    /:3: users\.1\.name: the name stands here twice/,
  );
});
