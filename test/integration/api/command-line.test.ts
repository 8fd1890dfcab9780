import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, test } from 'vitest';
import { freePort } from '../../parts/ports.ts';
import { launch } from '../../support/launched.ts';

const folder = mkdtempSync(join(tmpdir(), 'gridwarden-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const GOOD =
  'broker: { embedded: { listen: 127.0.0.1:0 } }\nstore: { duckdb: { path: telemetry } }\nstate: state.sqlite\n';
let files = 0;

async function run(text: string | undefined, ...args: string[]): Promise<{ code: number | string; output: string }> {
  files += 1;
  const file = join(folder, `server-${files}.yaml`);
  if (text !== undefined) writeFileSync(file, text);
  const program = launch('server/main.ts', ['--config', file, ...args]);
  return { code: await program.ended, output: program.output().replaceAll(file, 'FILE') };
}

test('--help names every flag and command', async () => {
  const program = launch('server/main.ts', ['--help']);
  expect(await program.ended).toBe(0);
  for (const word of ['--config', '--check-config', '--accept-new-store', 'token', 'backup', 'restore'])
    expect(program.output()).toContain(word);
});

test('without --config it says what is missing', async () => {
  const program = launch('server/main.ts', []);
  expect(await program.ended).toBe(2);
  expect(program.output()).toContain('--config <file> is missing');
});

test.each(['backup', 'restore'])(
  '%s without --config says what is missing, without a state what there is not',
  async (name) => {
    const program = launch('server/main.ts', [name, join(folder, 'nowhere')]);
    expect(await program.ended).toBe(2);
    expect(program.output()).toContain('--config <file> is missing');
    const { code, output } = await run(GOOD, name, join(folder, 'nowhere'));
    expect([code, output]).toEqual([2, expect.stringMatching(/There is nothing to back up|it is not a backup/)]);
    expect(output).not.toContain('    at ');
  },
);

test('--check-config of a good file', async () => {
  expect(await run(GOOD, '--check-config')).toEqual({ code: 0, output: 'FILE is valid\n' });
});

test.each([
  ['a file that is not there', undefined, 'FILE cannot be read'],
  [
    'a key that is mistyped',
    `${GOOD}timezone: UTC\n`,
    'FILE:4: timezone: is not a known key, did you mean "timeZone"?',
  ],
  ['a time zone that is none', `${GOOD}timeZone: Asia/Shangai\n`, 'FILE:4: timeZone: must be an IANA time zone'],
  ['a port that is none', `${GOOD}listen: 127.0.0.1:99999\n`, 'FILE:4: listen: a port is at most 65535'],
  ['an address that others reach', `${GOOD}listen: 0.0.0.0:8080\n`, 'unsafeWithoutSignIn: true'],
  ['a users file that is not there', `${GOOD}users: nobody.yaml\n`, 'nobody.yaml cannot be read'],
  ['a rules file that is not there', `${GOOD}rules: none.yaml\n`, 'none.yaml cannot be read'],
])('%s: exit code 2 and one clear line, no stack', async (_, text, words) => {
  const { code, output } = await run(text);
  expect([code, output]).toEqual([2, expect.stringContaining(words)]);
  expect(output).not.toContain('    at ');
});

test('the token command prints an entry that the users file takes', async () => {
  const program = launch('server/main.ts', ['token', 'ann', '--role', 'engineer']);
  expect(await program.ended).toBe(0);
  const entry = /^ {2}- \{.*$/m.exec(program.output())?.[0] ?? '';
  writeFileSync(join(folder, 'users.yaml'), `users:\n${entry}\n`);
  expect(await run(`${GOOD}users: users.yaml\n`, '--check-config')).toMatchObject({ code: 0 });
});

test.each([
  [
    'the token of InfluxDB',
    'store.influxdb.tokenFile',
    (text: string) =>
      text.replace(
        '{ duckdb: { path: telemetry } }',
        '{ influxdb: { url: "http://127.0.0.1:9", org: o, bucket: b, tokenFile: gone } }',
      ),
  ],
  [
    'the password of a broker',
    'broker.passwordFile',
    (text: string) =>
      text.replace(
        '{ embedded: { listen: 127.0.0.1:0 } }',
        '{ urls: ["mqtt://127.0.0.1:9"], username: u, passwordFile: gone }',
      ),
  ],
  [
    'the certificate of the embedded broker',
    'broker.embedded.certFile',
    (text: string) => text.replace('127.0.0.1:0', '127.0.0.1:0, certFile: gone'),
  ],
])('--check-config says that the file of %s cannot be read, with path and line', async (_what, path, change) => {
  const { code, output } = await run(change(GOOD), '--check-config');
  expect([code, output]).toEqual([2, expect.stringMatching(/^FILE:[12]: /)]);
  expect(output).toContain(`${path}: the file ${join(folder, 'gone')} cannot be read`);
});

describe('the world', () => {
  test('a folder that cannot be written: the server says so, stays, and is told from outside why', async () => {
    const port = await freePort();
    writeFileSync(join(folder, 'file'), '');
    writeFileSync(
      join(folder, 'waiting.yaml'),
      `${GOOD.replace('state.sqlite', 'file/state.sqlite')}listen: 127.0.0.1:${port}\n`,
    );
    const program = launch('server/main.ts', ['--config', join(folder, 'waiting.yaml')]);
    await program.says(/The state file .*file\/state\.sqlite cannot be opened: .*; trying again/);
    const answer = await fetch(`http://127.0.0.1:${port}/health/ready`);
    expect([answer.status, await answer.text()]).toEqual([503, expect.stringContaining('cannot be opened')]);
    expect((await fetch(`http://127.0.0.1:${port}/api/v1/devices`)).status).toBe(503);
    program.signal('SIGTERM');
    expect(await program.ended).toBe(0);
  });

  test('a store that cannot be opened and a port of the broker that is taken are tried again until they are there', async () => {
    const taken = createServer();
    await once(taken.listen(0, '127.0.0.1'), 'listening');
    const { port: brokerPort } = taken.address() as AddressInfo;
    writeFileSync(join(folder, 'in-the-way'), '');
    const config = [
      `broker: { embedded: { listen: 127.0.0.1:${brokerPort} } }`,
      'store: { duckdb: { path: in-the-way/telemetry } }',
      'state: late.sqlite',
      `listen: 127.0.0.1:${await freePort()}`,
    ];
    writeFileSync(join(folder, 'late.yaml'), config.join('\n'));
    const program = launch('server/main.ts', ['--config', join(folder, 'late.yaml')]);
    await program.says(/The telemetry folder .* cannot be made: .*; trying again/);
    rmSync(join(folder, 'in-the-way'));
    await program.says(/The embedded broker cannot listen on .*; trying again/);
    taken.close();
    await program.says(/gridwarden is at/);
    program.signal('SIGTERM');
    expect(await program.ended).toBe(0);
  });

  test('a broker that is not there: one line that says so, and it is tried again', async () => {
    const text = `broker: { urls: ["mqtt://127.0.0.1:${await freePort()}"] }\nstore: { duckdb: { path: away } }\nstate: away.sqlite\n`;
    writeFileSync(join(folder, 'away.yaml'), `${text}listen: 127.0.0.1:${await freePort()}\n`);
    const program = launch('server/main.ts', ['--config', join(folder, 'away.yaml')]);
    await program.says(/The MQTT broker cannot be reached: mqtt:.*ECONNREFUSED.*; trying again/);
    program.signal('SIGTERM');
    expect(await program.ended).toBe(0);
    expect(program.output().match(/cannot be reached/g)).toHaveLength(1);
  });

  test('a database of another program is left as it is', async () => {
    const file = join(folder, 'shop.sqlite');
    const shop = new DatabaseSync(file);
    shop.exec('CREATE TABLE orders (id INTEGER); INSERT INTO orders VALUES (7); PRAGMA user_version = 2');
    shop.close();
    const before = readFileSync(file);
    const { code, output } = await run(
      `${GOOD.replace('state.sqlite', 'shop.sqlite')}listen: 127.0.0.1:${await freePort()}\n`,
    );
    expect([code, output]).toEqual([1, expect.stringContaining('database of another program (tables: orders)')]);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test('a state file of another program: one clear line, exit code 1', async () => {
    writeFileSync(
      join(folder, 'foreign.sqlite'),
      'no database at all, but long enough to be looked at as one'.repeat(40),
    );
    const { code, output } = await run(
      `${GOOD.replace('state.sqlite', 'foreign.sqlite')}listen: 127.0.0.1:${await freePort()}\n`,
    );
    expect([code, output]).toEqual([1, expect.stringMatching(/foreign\.sqlite is not a state file of gridwarden/)]);
    expect(output).not.toContain('    at ');
  });
});
