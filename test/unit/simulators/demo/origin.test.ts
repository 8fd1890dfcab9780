import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { keepOrigin, originOf } from '../../../../simulators/demo/origin.ts';

const folder = mkdtempSync(join(tmpdir(), 'gridwarden-origin-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const TIME = { nowMs: Date.parse('2026-06-30T17:00:00Z'), utcOffsetMs: 8 * 3_600_000, days: 90 };

describe('the origin of a demo', () => {
  it('lies some full local days back, and stays where it was', async () => {
    const file = join(folder, 'origin.json');
    const origin = originOf(file, { devices: 30, seed: 1 }, TIME);
    expect(origin).toEqual({ devices: 30, seed: 1, start: '2026-04-02' });
    await keepOrigin(file, origin);
    const later = { ...TIME, nowMs: TIME.nowMs + 40 * 86_400_000 };
    expect(originOf(file, { devices: 30, seed: 1 }, later)).toEqual(origin);
  });

  it('refuses another district, and a file that is none', () => {
    const file = join(folder, 'origin.json');
    expect(() => originOf(file, { devices: 30, seed: 2 }, TIME)).toThrow(/30 devices, seed 1/);
    writeFileSync(join(folder, 'torn.json'), '{"format"');
    expect(() => originOf(join(folder, 'torn.json'), { devices: 30, seed: 2 }, TIME)).toThrow(/cannot be read/);
  });
});
