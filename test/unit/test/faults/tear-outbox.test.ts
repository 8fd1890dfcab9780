import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tearOutbox } from '../../../faults/run/tear-outbox.ts';

describe('a torn outbox', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gridwarden-torn-'));
    file = join(folder, 'outbox.sqlite');
    writeFileSync(file, Buffer.alloc(1_000_000));
    writeFileSync(`${file}-wal`, Buffer.alloc(4_000_000));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const sizes = () => [file, `${file}-wal`].map((path) => statSync(path).size);

  it('is cut in its file, in its log, or in the first part of its log', () => {
    expect(tearOutbox(file, 0.5 / 3)).toContain('from 1000000 to 500000');
    expect(sizes()).toEqual([500_000, 4_000_000]);
    tearOutbox(file, 1.25 / 3);
    expect(sizes()).toEqual([500_000, 1_000_000]);
    tearOutbox(file, 2.5 / 3);
    expect(sizes()).toEqual([500_000, 32_768]);
  });

  it('is left alone where it is not there', () => {
    rmSync(`${file}-wal`);
    expect(tearOutbox(file, 0.9)).toContain('not there');
    expect(statSync(file).size).toBe(1_000_000);
  });
});
