import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { explainOpenFailure } from '../../../edge/modbus/transport/serial-failure.ts';
import { findSocat } from '../../parts/find.ts';
import { describeWithPart } from '../../parts/require.ts';
import { SerialCable } from '../../support/serial-cable.ts';

const ERROR = new Error('what the operating system says');
const folder = mkdtempSync(join(tmpdir(), 'gridwarden-serial-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('why a serial device cannot be opened', () => {
  test('it is not there', async () => {
    expect(await explainOpenFailure(join(folder, 'nothing'), ERROR)).toMatch(
      /^there is no such device; plug the adapter in, or name another: (none is here now|here are \/dev\/)/,
    );
  });

  test.each(['/dev/null', folder])('%s is no serial device', async (path) => {
    expect(await explainOpenFailure(path, ERROR)).toMatch(/^this is no serial device; name one: /);
  });

  test('no permission: the group to join, as a command', async () => {
    // The permission is played: the tests may run as root, who has them all.
    const words = await explainOpenFailure('/dev/ttyUSB-none', ERROR, () => Promise.resolve('EACCES'));
    expect(words).toMatch(/^no permission: .* group dialout .*"sudo usermod -aG dialout \S+" and sign in again$/);
  });
});

describeWithPart('socat', findSocat(), ({ path: socat }) => {
  test('another process holds it: which one', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const cable = new SerialCable(socat);
    await cable.plugIn(address.port);
    // It is socat itself that has the device open.
    expect(await explainOpenFailure(cable.path, ERROR)).toMatch(
      /^another process uses it \(socat, process [0-9]+\); end that one: a line has one master$/,
    );
    await cable.stop();
    server.close();
  });
});
