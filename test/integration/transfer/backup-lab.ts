import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type Delivery, DeliverySchema } from '../../../server/api/agents.schema.ts';
import { ReadingsSchema } from '../../../server/api/readings.schema.ts';
import { freePort } from '../../parts/ports.ts';
import { parsedAs } from '../../support/expect-schema.ts';
import { type Launched, launch, processesWith } from '../../support/launched.ts';
import { deliveryBirth, meterBirth, record, TestNode } from '../../support/sparkplug-node.ts';

export const EPOCH = 'e1';
const BASE = 100;
const METRICS = ['voltage_a', 'energy_import'];

/** A folder with places for servers, backups and what is restored. */
export class Lab {
  readonly folder = mkdtempSync(join(tmpdir(), 'gridwarden-backup-'));
  /** Before all that is sent, so that nothing is taken for the future. */
  readonly startMs = Date.now() - 600_000;
  #servers: Launched[] = [];

  path(name: string): string {
    return join(this.folder, name);
  }

  /** A server's folder with its configuration; `store` as in server.yaml, DuckDB without it. */
  async place(name: string, store?: object, more: object = {}): Promise<Place> {
    const [http, broker] = [await freePort(), await freePort()];
    mkdirSync(this.path(name));
    const config = this.path(`${name}/server.yaml`);
    const settings = {
      listen: `127.0.0.1:${http}`,
      broker: { embedded: { listen: `127.0.0.1:${broker}` } },
      store: store ?? { duckdb: { path: 'telemetry' } },
      state: 'state.sqlite',
      ...more,
    };
    writeFileSync(config, stringify(settings));
    return { config, url: `http://127.0.0.1:${http}`, broker: `mqtt://127.0.0.1:${broker}` };
  }

  async start({ config, url }: Place, ...args: string[]): Promise<Launched> {
    const server = launch('server/main.ts', ['--config', config, ...args]);
    this.#servers.push(server);
    await server.says(`gridwarden is at ${url}`);
    return server;
  }

  /** Runs a command of the server to its end. */
  async command(...args: string[]): Promise<{ code: number | string; output: string }> {
    const program = launch('server/main.ts', args);
    return { code: await program.ended, output: program.output() };
  }

  /** Ends a server as a power cut does. Its launcher would pass on what can be passed on: both are killed. */
  async kill(server: Launched, { config }: Place): Promise<void> {
    for (const pid of processesWith(config)) process.kill(pid, 'SIGKILL');
    await server.ended;
  }

  async end(): Promise<void> {
    for (const server of this.#servers) server.signal('SIGTERM');
    await Promise.all(this.#servers.map(({ ended }) => ended));
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A node whose meter is born; `first` is the lowest number that it still keeps. */
  async node({ broker }: Place, first = 1, bdSeq = 0): Promise<TestNode> {
    const node = await TestNode.connect(broker, { bdSeq });
    await node.birth(deliveryBirth(EPOCH, first));
    await node.send('DBIRTH', 'M-1', meterBirth({ epoch: EPOCH, base: BASE, metrics: METRICS, timeMs: this.startMs }));
    return node;
  }

  /** Records `from … to`; the value of each is its number. */
  async send(node: TestNode, from: number, to: number): Promise<void> {
    for (let n = from; n <= to; n++) await node.send('DDATA', 'M-1', record(BASE, n, this.startMs + n, [n, n]));
  }

  /** The numbers that the store has, by its readings. */
  async stored({ url }: Place): Promise<number[]> {
    const range = `from=${this.startMs}&to=${this.startMs + 600_000}`;
    const answer = await fetch(`${url}/api/v1/devices/M-1/readings?${range}&metrics=energy_import`);
    const { series } = parsedAs(ReadingsSchema, await answer.text());
    return (series[0]?.values ?? []).map(Number);
  }

  async delivery({ url }: Place): Promise<Delivery> {
    const answer = await fetch(`${url}/api/v1/agents/${encodeURIComponent('east/agent-1')}/delivery`);
    return parsedAs(DeliverySchema, await answer.text());
  }
}

export interface Place {
  readonly config: string;
  readonly url: string;
  readonly broker: string;
}

/** The highest number up to which everything was acknowledged. */
export function acknowledgedTo(node: TestNode): number {
  const firsts = node.acks.flatMap(({ done }) => (done[0]?.[0] === 1 ? [done[0][1]] : []));
  return Math.max(0, ...firsts);
}
