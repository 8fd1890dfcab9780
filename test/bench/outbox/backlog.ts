import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { LIVE_PATH, SUBPROTOCOL } from '../../../server/live/protocol.ts';
import { freePort } from '../../parts/ports.ts';
import { TcpProxy } from '../../support/tcp-proxy.ts';
import type { Bench, Row } from '../bench.ts';
import { endServer, startServer } from '../server.ts';
import { cpuSeconds } from '../spine/cpu.ts';

const AGENTS = 10;
const DEVICES_EACH = 1000;
const EVERY_S = 10;
const CUT_S = 600;
const LIVE_RATE = (AGENTS * DEVICES_EACH) / EVERY_S;

interface Told {
  readonly state: string;
  readonly backlog: number;
}

/** What a page sees while agents whose link was cut give the server what they have kept. */
export const benches: Bench[] = [
  {
    name: `backlog: ${AGENTS} agents × ${DEVICES_EACH} devices every ${EVERY_S} s, ${CUT_S / 60} minutes cut`,
    run: drain,
  },
];

async function drain(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'gridwarden-bench-'));
  const [http, broker] = [await freePort(), await freePort()];
  const link = new TcpProxy(() => broker);
  const children: ChildProcess[] = [];
  let server: ChildProcess | undefined;
  try {
    server = await startServer(folder, http, broker);
    const pid = server.pid ?? 0;
    const page = await Page.open(http);
    const agents = startAgents(await link.listen(), children);
    await Promise.all(agents.map((agent) => told(agent, 'connected')));
    link.refuse(true);
    for (const agent of agents) agent.send('fill');
    const backlog = sum(await Promise.all(agents.map((agent) => told(agent, 'filled'))));
    const ready = agents.map((agent, index) => told(agent, 'ready').then(() => page.watch(nameOf(index))));
    const drained = agents.map((agent) => told(agent, 'drained'));
    link.refuse(false);
    await Promise.race(ready);
    const [startedMs, cpuS] = [performance.now(), cpuSeconds(pid)];
    await Promise.all(drained);
    const seconds = (performance.now() - startedMs) / 1000;
    const usedS = cpuSeconds(pid) - cpuS;
    page.close();
    return rowsOf(backlog, seconds, usedS, page.delaysMs);
  } finally {
    await Promise.all(children.map(end));
    if (server) await endServer(server);
    await link.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function startAgents(port: number, children: ChildProcess[]): ChildProcess[] {
  return Array.from({ length: AGENTS }, (_, index) => {
    const url = `mqtt://127.0.0.1:${port}`;
    const parameters = [url, nameOf(index), DEVICES_EACH, EVERY_S, CUT_S].map(String);
    const agent = fork(join(import.meta.dirname, 'agent-process.ts'), parameters);
    agent.setMaxListeners(20);
    children.push(agent);
    return agent;
  });
}

function nameOf(index: number): string {
  return `agent-${index + 1}`;
}

/** Resolves when an agent tells that it has come to a state; with what its backlog was. */
function told(agent: ChildProcess, state: string): Promise<number> {
  return new Promise((resolve, reject) => {
    agent.on('message', (message: Told) => {
      if (message.state === state) resolve(message.backlog);
    });
    agent.once('exit', (code) => reject(new Error(`an agent ended with ${code}`)));
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  if (child.connected) child.send('stop', () => undefined);
  const timer = setTimeout(() => child.kill('SIGTERM'), 2000);
  const last = setTimeout(() => child.kill('SIGKILL'), 20_000);
  await exited;
  clearTimeout(timer);
  clearTimeout(last);
}

interface PointsMessage {
  readonly frame?: number;
  readonly series?: { readonly slot: number; readonly device: string }[];
  readonly points?: { readonly slot: number[]; readonly baseMs: number; readonly offsetMs: number[] };
}

/** A page that shows one value of every device, and how long after the reading it came. */
class Page {
  readonly delaysMs: number[] = [];
  readonly #socket: WebSocket;
  readonly #agents = new Map<number, string>();
  /** When an agent was back. What was read before is shown by its births, or comes as backlog. */
  readonly #backMs = new Map<string, number>();

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer) => this.#take(JSON.parse(data.toString())));
    socket.send(JSON.stringify({ type: 'subscribe', id: 'all', topic: 'points', metrics: ['voltage_a'] }));
  }

  static async open(http: number): Promise<Page> {
    for (;;) {
      const socket = new WebSocket(`ws://127.0.0.1:${http}${LIVE_PATH}`, SUBPROTOCOL);
      const isOpen = await new Promise<boolean>((resolve) => {
        socket.once('open', () => resolve(true));
        socket.once('error', () => resolve(false));
      });
      if (isOpen) return new Page(socket);
      await delay(100);
    }
  }

  watch(agent: string): void {
    this.#backMs.set(agent, Date.now());
  }

  close(): void {
    this.#socket.terminate();
  }

  #take({ frame, series, points }: PointsMessage): void {
    if (frame !== undefined) this.#socket.send(JSON.stringify({ type: 'ack', frame }));
    for (const { slot, device } of series ?? []) this.#agents.set(slot, device.slice(0, device.lastIndexOf('-')));
    if (!points) return;
    for (const [index, slot] of points.slot.entries()) {
      const readMs = points.baseMs + (points.offsetMs[index] ?? 0);
      const backMs = this.#backMs.get(this.#agents.get(slot) ?? '') ?? Infinity;
      if (readMs >= backMs) this.delaysMs.push(Date.now() - readMs);
    }
  }
}

function rowsOf(backlog: number, seconds: number, serverS: number, delaysMs: number[]): Row[] {
  const rate = backlog / seconds;
  delaysMs.sort((a, b) => a - b);
  const at = (share: number) => delaysMs[Math.floor(delaysMs.length * share)] ?? Number.NaN;
  return [
    {
      figure: `${backlog} records drained`,
      value: rate,
      unit: 'records/s',
      reference: `live rate, which goes on meanwhile: ${LIVE_RATE}/s`,
      ratio: rate / LIVE_RATE,
      target: '≥ 5',
      ok: rate >= 5 * LIVE_RATE,
      note: `${seconds.toFixed(0)} s, server ${((serverS / seconds) * 100).toFixed(0)} % of a core`,
    },
    {
      figure: 'live values meanwhile, from the reading to a page: p99',
      value: at(0.99),
      unit: 'ms',
      reference: `${delaysMs.length} values, p50 ${at(0.5).toFixed(0)} ms, latest ${at(1 - 1e-9).toFixed(0)} ms`,
      target: '≤ 2000',
      ok: at(0.99) <= 2000,
    },
  ];
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
