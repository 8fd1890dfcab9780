import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { copyFile, sealFile } from '../../../../server/store/copy-file.ts';
import { copyRejects, rejectFiles } from '../../../../server/store/reject-files.ts';

let folder: string;
const at = (name: string) => join(folder, name);
const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gridwarden-copy-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test.each([0, 1, 2 ** 20, 2 ** 20 + 7])('%i bytes are copied with their hash, for the owner only', async (length) => {
  const bytes = Buffer.alloc(length, 'abc');
  writeFileSync(at('a'), bytes);
  expect(await copyFile(at('a'), at('b'))).toEqual({ bytes: length, sha256: hashOf(bytes) });
  expect(readFileSync(at('b')).equals(bytes)).toBe(true);
  expect(statSync(at('b')).mode & 0o777).toBe(0o600);
  chmodSync(at('a'), 0o644);
  expect(await sealFile(at('a'))).toEqual({ bytes: length, sha256: hashOf(bytes) });
  expect(statSync(at('a')).mode & 0o777).toBe(0o600);
});

test('the beginning of a file that grows', async () => {
  writeFileSync(at('a'), 'first, second');
  expect(await copyFile(at('a'), at('b'), { bytes: 5 })).toEqual({ bytes: 5, sha256: hashOf(Buffer.from('first')) });
  await expect(copyFile(at('a'), at('c'), { bytes: 50 })).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
});

test('a file that is there is not overwritten, one that is not cannot be copied', async () => {
  writeFileSync(at('a'), 'a');
  writeFileSync(at('b'), 'b');
  await expect(copyFile(at('a'), at('b'))).rejects.toMatchObject({ code: 'DIRECTORY_UNWRITABLE' });
  await expect(copyFile(at('none'), at('c'))).rejects.toMatchObject({ code: 'DIRECTORY_UNWRITABLE' });
  expect(readFileSync(at('b'), 'utf8')).toBe('b');
});

test('copying ends when it is told to', async () => {
  writeFileSync(at('a'), 'a');
  await expect(copyFile(at('a'), at('b'), { signal: AbortSignal.abort() })).rejects.toMatchObject({
    name: 'AbortError',
  });
});

test('rejects: lines that come later, and files dropped meanwhile, are left out', async () => {
  const { signal } = new AbortController();
  for (const name of ['rejects-00000001.jsonl', 'rejects-00000002.jsonl', 'other.txt'])
    writeFileSync(at(name), 'line\n');
  const files = await rejectFiles(folder);
  writeFileSync(at('rejects-00000002.jsonl'), 'line\nlater\n');
  rmSync(at('rejects-00000001.jsonl'));
  const copied = await copyRejects(folder, files, folder, signal);
  expect(copied).toMatchObject([{ path: 'rejects/rejects-00000002.jsonl', bytes: 5 }]);
  expect(readFileSync(at('rejects/rejects-00000002.jsonl'), 'utf8')).toBe('line\n');
  expect(await rejectFiles(at('none'))).toEqual([]);
  expect(await copyRejects(folder, [], at('elsewhere'), signal)).toEqual([]);
  expect(existsSync(at('elsewhere'))).toBe(false);
});
