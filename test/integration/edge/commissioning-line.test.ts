import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findSocat } from '../../parts/find.ts';
import { type PartProcess, startPartProcess } from '../../parts/process.ts';
import type { RegisterBlock } from '../../parts/register-image.ts';
import { describeWithPart } from '../../parts/require.ts';
import { goldenProfiles } from '../../support/golden-profiles.ts';
import { ModbusPeer } from '../../support/modbus-peer.ts';
import { edge } from './edge-command.ts';

function wordsOf(blocks: readonly RegisterBlock[] = []): Map<number, number> {
  return new Map(blocks.flatMap(({ address, registers }) => registers.map((word, i) => [address + i, word] as const)));
}

/** A serial line is a pseudo terminal, with a meter of the golden cases at its other end. */
describeWithPart('socat', findSocat(), ({ path: socat }) => {
  let peer: ModbusPeer;
  let cable: PartProcess;
  let folder: string;
  let where: string[];

  beforeEach(async () => {
    const golden = goldenProfiles().find(({ model }) => model === 'circutor/cvm-c10');
    if (golden === undefined) throw new Error('there is a case of the CVM-C10');
    peer = await ModbusPeer.listen('rtu');
    for (const { holding, input } of golden.image.units) peer.unit(3, 3, wordsOf(holding)).unit(3, 4, wordsOf(input));
    folder = mkdtempSync(join(tmpdir(), 'gridwarden-line-'));
    const line = join(folder, 'line');
    cable = await startPartProcess({
      name: 'socat',
      command: socat,
      args: [`PTY,link=${line},rawer`, `TCP:127.0.0.1:${peer.port}`],
      isReady: () => Promise.resolve(existsSync(line)),
    });
    where = ['--line', line, '--baud', '19200', '--parity', 'none'];
  });

  afterEach(async () => {
    await cable.stop();
    await peer.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('a meter on a serial line is found, recognised, configured and checked, and only read', async () => {
    const scan = await edge(['scan', ...where, '--units', '2-4', '--pause', '0ms']);
    expect([scan.code, scan.stdout]).toEqual([0, expect.stringMatching(/^ +3 {2}circutor\/cvm-c10 /m)]);
    const init = await edge(['init', ...where, '--unit', '3', '--seconds', '0'], { cwd: folder });
    expect(init.stderr).toContain('unit 3 is Circutor CVM-C10');
    const check = await edge(['check', '--config', 'edge.yaml', '--json'], { cwd: folder });
    expect(JSON.parse(check.stdout)).toMatchObject({ devices: [{ unit: 3, answered: true }] });
    expect(peer.requests.filter(({ functionCode }) => functionCode !== 3 && functionCode !== 4)).toEqual([]);
  });

  test('a line that is not there is said with what to look at', async () => {
    const read = await edge(['read', '--line', '/dev/no-such-line', '--unit', '1', '--address', '0']);
    expect([read.code, read.stderr]).toEqual([1, expect.stringContaining('/dev/no-such-line')]);
  });
});
