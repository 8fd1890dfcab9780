import { setTimeout as delay } from 'node:timers/promises';
import type { System } from '../system/system.ts';
import { type AgentReport, agentReport } from './agents.ts';

const POLL_MS = 200;
/** An agent is quiet when nothing has waited, and nothing new was taken, for so many looks at it. */
const QUIET_LOOKS = 6;

/** Waits until a server answers and every edge is online; says how long it took. */
export async function becomeReady(system: System, timeoutMs: number): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  for (const { name } of system.edges) {
    while ((await agentReport(system.api, name))?.isOnline !== true) {
      if (performance.now() > endMs) {
        const words = ['server', name].map((process) => `${process}:\n${system.lastLines(process)}`).join('\n');
        throw new Error(`${name} was not online within ${timeoutMs} ms; ${words}`);
      }
      await delay(POLL_MS);
    }
  }
}

/**
 * From now on no device gives out a value: each answers with an exception, which the edges note once.
 */
export async function silenceDevices({ controlUrl, edges }: System): Promise<void> {
  for (const device of edges.flatMap(({ buses }) => buses).flatMap(({ devices }) => devices)) {
    const response = await fetch(`${controlUrl}/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ device: device.id, kind: 'exception' }),
    });
    if (!response.ok) throw new Error(`the fleet refused to silence ${device.id}: ${await response.text()}`);
  }
}

export interface Quiet {
  readonly afterMs: number;
  /** By edge; what the server said last. */
  readonly reports: ReadonlyMap<string, AgentReport>;
  /** Why it is not quiet; empty when it is. */
  readonly restless: readonly string[];
}

/** Waits until nothing waits any more in any agent, for at most `timeoutMs`. */
export async function waitForQuiet(system: System, timeoutMs: number): Promise<Quiet> {
  const startMs = performance.now();
  const looks = new Map<string, number>();
  const reports = new Map<string, AgentReport>();
  for (;;) {
    for (const { name } of system.edges) {
      const report = await agentReport(system.api, name);
      const before = reports.get(name);
      const isQuiet = report !== undefined && waits(report) === undefined;
      const isSame = before?.delivery.taken === report?.delivery.taken;
      looks.set(name, isQuiet && isSame ? (looks.get(name) ?? 0) + 1 : 0);
      if (report) reports.set(name, report);
    }
    const afterMs = Math.round(performance.now() - startMs);
    const restless = system.edges.filter(({ name }) => (looks.get(name) ?? 0) < QUIET_LOOKS);
    if (restless.length === 0 || afterMs > timeoutMs) {
      return { afterMs, reports, restless: restless.map(({ name }) => `${name}: ${reasonOf(reports.get(name))}`) };
    }
    await delay(POLL_MS);
  }
}

/** What the server says of edges that were stopped, once it counts nothing new any more; before that what it said last. */
export async function lastReports({ api, edges }: System, quiet: Quiet): Promise<ReadonlyMap<string, AgentReport>> {
  const reports = new Map(quiet.reports);
  for (let same = 0; same < QUIET_LOOKS; ) {
    same += 1;
    for (const { name } of edges) {
      const report = await agentReport(api, name);
      if (!report) continue;
      const before = reports.get(name)?.delivery;
      if (before?.taken !== report.delivery.taken || before.waiting !== report.delivery.waiting) same = 0;
      reports.set(name, report);
    }
    await delay(POLL_MS);
  }
  return reports;
}

function reasonOf(report: AgentReport | undefined): string {
  return report ? (waits(report) ?? 'new records came to the end') : 'the server does not know it';
}

function waits({ delivery, isOnline, outboxWaiting }: AgentReport): string | undefined {
  if (!isOnline) return 'it is not online';
  if (delivery.waiting > 0) return `${delivery.waiting} records wait by the word of the server`;
  if (outboxWaiting === undefined) return 'it has not said what its outbox holds';
  return outboxWaiting > 0 ? `${outboxWaiting} records wait in its outbox` : undefined;
}
