import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestHost } from '../../support/sparkplug-host.ts';
import { startAedes, type TestBroker } from '../../support/test-brokers.ts';
import { until } from '../../support/until.ts';

const MAIN = join(import.meta.dirname, '../../../edge/main.ts');

/** The edge as a process of its own. */
class EdgeProcess {
  output = '';
  readonly #child;
  readonly #ended: Promise<unknown>;

  constructor(args: readonly string[]) {
    this.#child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    }
    this.#ended = once(this.#child, 'close');
  }

  async exit(): Promise<number | null> {
    await this.#ended;
    return this.#child.exitCode;
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}

let folder: string;
let broker: TestBroker;
let running: EdgeProcess[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gridwarden-main-'));
  broker = await startAedes();
  running = [];
});

afterEach(async () => {
  for (const edge of running) edge.kill('SIGKILL');
  await broker.stop();
  rmSync(folder, { recursive: true, force: true });
});

function configure(overrides: object = {}): string {
  const file = join(folder, 'edge.yaml');
  const config = {
    group: 'east',
    node: 'agent-1',
    primaryHost: 'gridwarden',
    broker: { urls: [broker.url] },
    outbox: { path: 'data/outbox.sqlite', maxBytes: '16MiB' },
    // Nobody listens at the discard port: the device stays silent.
    buses: [
      {
        id: 'gw1',
        transport: 'tcp',
        host: '127.0.0.1',
        port: 9,
        devices: [{ id: 'M-1', model: 'eastron/sdm630', unit: 1, every: '1s' }],
      },
    ],
    ...overrides,
  };
  writeFileSync(file, JSON.stringify(config));
  return file;
}

function edge(...args: string[]): EdgeProcess {
  const started = new EdgeProcess(args);
  running.push(started);
  return started;
}

describe('the command line', () => {
  it('explains itself', async () => {
    const help = edge('--help');
    expect(await help.exit()).toBe(0);
    expect(help.output).toMatch(/--config <file>[\s\S]*--check-config/);
  });

  it('checks a configuration and starts nothing', async () => {
    const check = edge('--check-config', '--config', configure());
    expect([await check.exit(), check.output]).toEqual([0, `${join(folder, 'edge.yaml')} is valid\n`]);
  });

  it('ends with 2 and says path and line when something is wrong', async () => {
    const file = join(folder, 'edge.yaml');
    writeFileSync(file, 'group: east\nnode: a/b\n');
    const wrong = edge('--config', file);
    expect(await wrong.exit()).toBe(2);
    expect(wrong.output).toContain(`${file}:2: node: must be the Sparkplug edge node id without / + #`);
    const missing = edge('--config', join(folder, 'none.yaml'));
    expect(await missing.exit()).toBe(2);
    expect(missing.output).toContain('none.yaml cannot be read');
    expect(await edge().exit()).toBe(2);
  });
});

describe('the process', () => {
  it('connects, and says goodbye on SIGTERM', async () => {
    const host = await TestHost.connect(broker.url);
    await host.state(true);
    const running = edge('--config', configure());
    await until('a birth', () => host.of('NBIRTH').length > 0, 20_000);
    running.kill('SIGTERM');
    expect(await running.exit()).toBe(0);
    expect(host.of('NDEATH').length).toBeGreaterThan(0);
    await host.stop();
  });

  it('keeps trying while the broker is away, and says each reason once, in a line', async () => {
    const port = broker.port;
    await broker.stop();
    const running = edge('--config', configure());
    await until('a word of the broker', () => running.output.includes('BROKER_UNREACHABLE'), 20_000);
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    await until('another word', () => (running.output.match(/cannot be reached/g)?.length ?? 0) >= 2, 20_000);
    await new Promise((resolve) => server.close(resolve));
    broker = await startAedes();
    running.kill('SIGTERM');
    expect(await running.exit()).toBe(0);
    expect(running.output.match(/ECONNREFUSED/g)?.length).toBeLessThanOrEqual(2);
  });

  it('waits for an outbox that another edge holds, and for a folder that cannot be written', async () => {
    const file = configure();
    const first = edge('--config', file);
    await until('the first', () => first.output.includes('connected'), 20_000);
    const second = edge('--config', file);
    await until('a word of the second', () => second.output.includes('FILE_LOCKED'), 20_000);
    second.kill('SIGTERM');
    expect(await second.exit()).toBe(0);
    first.kill('SIGTERM');
    await first.exit();
    writeFileSync(join(folder, 'blocked'), '');
    const blocked = edge('--config', configure({ outbox: { path: 'blocked/outbox.sqlite' } }));
    await until('a word of the folder', () => blocked.output.includes('DIRECTORY_UNWRITABLE'), 20_000);
    rmSync(join(folder, 'blocked'));
    mkdirSync(join(folder, 'blocked'));
    await until('the connection', () => blocked.output.includes('connected'), 20_000);
  });

  it("ends when its outbox is another program's file", async () => {
    const { DatabaseSync } = await import('node:sqlite');
    const database = new DatabaseSync(join(folder, 'foreign.sqlite'));
    database.exec('CREATE TABLE t (a)');
    database.close();
    const refused = edge('--config', configure({ outbox: { path: 'foreign.sqlite' } }));
    expect(await refused.exit()).toBe(1);
    expect(refused.output).toContain('is a SQLite file, but not an outbox of gridwarden');
  });
});
