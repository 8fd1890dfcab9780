import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { findMosquitto, type MosquittoPart } from './find.ts';
import { freePort } from './ports.ts';
import { acceptsConnections, type PartProcess, startPartProcess } from './process.ts';

export interface MosquittoBroker {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** The broker's log. */
  output(): string;
  stop(): Promise<void>;
  /** Ends the broker with SIGKILL; what it kept in memory is gone. */
  kill(): Promise<void>;
  /** Starts it again on the same port and files, after `kill` or `stop`. */
  restart(): Promise<void>;
}

interface MosquittoOptions {
  /** Lines of mosquitto.conf that are added; with none, anyone may connect and all limits are Mosquitto's defaults. */
  readonly config?: readonly string[];
}

/** The broker as Debian ships it; fails with the reason when it is not installed. */
export function mosquittoPart(): MosquittoPart {
  const lookup = findMosquitto();
  if (!lookup.found) throw new Error(lookup.reason);
  return lookup.part;
}

function startBroker(configPath: string, port: number): Promise<PartProcess> {
  return startPartProcess({
    name: 'mosquitto',
    command: mosquittoPart().broker,
    args: ['-c', configPath, '-v'],
    isReady: () => acceptsConnections(port),
  });
}

/** Starts a Mosquitto on a free port of 127.0.0.1. */
export async function startMosquitto(options: MosquittoOptions = {}): Promise<MosquittoBroker> {
  const port = await freePort();
  const dir = await mkdtemp(join(tmpdir(), 'gridwarden-mosquitto-'));
  const configPath = join(dir, 'mosquitto.conf');
  // Started by root it would become the user mosquitto, who may not read the files of the test.
  const lines = [
    `listener ${port} 127.0.0.1`,
    `user ${userInfo().username}`,
    ...(options.config ?? ['allow_anonymous true']),
  ];
  await writeFile(configPath, `${lines.join('\n')}\n`);
  const removeDir = (): Promise<void> => rm(dir, { recursive: true, force: true });
  let running = await startBroker(configPath, port).catch(async (error: unknown) => {
    await removeDir();
    throw error;
  });
  return {
    url: `mqtt://127.0.0.1:${port}`,
    port,
    get pid() {
      return running.pid;
    },
    output: () => running.output(),
    stop: async () => {
      await running.stop();
      await removeDir();
    },
    kill: () => running.kill(),
    restart: async () => {
      running = await startBroker(configPath, port);
    },
  };
}
