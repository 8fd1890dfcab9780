import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { HeardAcks } from '../evidence/ack-witness.ts';
import type { System } from '../system/system.ts';
import { agentReport } from './agents.ts';
import type { FaultPlayer } from './fault-player.ts';
import { serverCommand } from './server-command.ts';

/** A server that is killed while it makes a backup leaves none; then it is asked again, so often at most. */
const MAX_TRIES = 12;
const READY_TIMEOUT_MS = 90_000;
const POLL_MS = 200;

/** A backup that was made while everything ran, and what is known of the moment before it. */
export interface LiveBackup {
  readonly folder: string;
  /** When the command was started, and when it had ended. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Keys of the records that the server had acknowledged. */
  readonly acknowledged: ReadonlySet<string>;
  /** Records stored by the server's count, by edge. */
  readonly stored: ReadonlyMap<string, number>;
}

export interface BackupAttempts {
  readonly tries: number;
  /** Undefined when none was made. */
  readonly backup: LiveBackup | undefined;
  /** What became of the tries that came to nothing. */
  readonly notes: readonly string[];
}

export interface BackupStage {
  readonly system: System;
  readonly player: FaultPlayer;
  readonly acks: HeardAcks;
  /** The run has failed; nobody needs a backup any more. */
  readonly signal: AbortSignal;
}

/** Waits until `atMs` from now, and has the running server make a backup by its command, until one is made. */
export async function backUp(stage: BackupStage, atMs: number): Promise<BackupAttempts> {
  const { system, player, signal } = stage;
  const notes: string[] = [];
  let tries = 0;
  await pause(atMs, signal);
  while (tries < MAX_TRIES && !signal.aborted) {
    const stored = await readyServer(stage);
    if (!stored) {
      notes.push(`no server was ready within ${READY_TIMEOUT_MS} ms`);
      break;
    }
    tries += 1;
    const folder = system.path(`backup-${tries}`);
    // A server that starts while the command has its files open would find them locked.
    const made = await player.keepDownDuring('server', () => attempt(stage, folder));
    if (!('reason' in made)) return { tries, backup: { folder, stored, ...made }, notes };
    notes.push(`try ${tries}: ${made.reason}`);
    rmSync(folder, { recursive: true, force: true });
  }
  return { tries, backup: undefined, notes };
}

async function attempt({ system, player, acks }: BackupStage, folder: string) {
  const acknowledged = acks.acknowledged(system.wire);
  const fromMs = Date.now();
  const { code, lastWords } = await serverCommand('backup', folder, system.path('server.yaml'));
  // Then it may have been made from the files, which is not what is tried here.
  if (player.isDown('server')) return { reason: 'the server was killed meanwhile' };
  return code === 0 ? { acknowledged, fromMs, toMs: Date.now() } : { reason: `it ended with ${code}: ${lastWords}` };
}

/** What the server counts as stored of each edge, once it answers; undefined when it does not in time. */
async function readyServer({ system, signal }: BackupStage): Promise<Map<string, number> | undefined> {
  const endMs = performance.now() + READY_TIMEOUT_MS;
  while (performance.now() < endMs && !signal.aborted) {
    const stored = new Map<string, number>();
    for (const { name } of system.edges) {
      const report = await agentReport(system.api, name);
      if (report) stored.set(name, report.delivery.stored);
    }
    if (stored.size === system.edges.length) return stored;
    await pause(POLL_MS, signal);
  }
  return undefined;
}

function pause(forMs: number, signal: AbortSignal): Promise<void> {
  return delay(forMs, undefined, { signal }).catch(() => undefined);
}
