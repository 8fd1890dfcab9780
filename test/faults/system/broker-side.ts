import { startMosquitto } from '../../parts/mosquitto.ts';
import { freePort } from '../../parts/ports.ts';
import type { BrokerKind } from './layout.ts';
import type { Breakable } from './managed-process.ts';

export interface BrokerSide {
  readonly port: number;
  /** A process of its own; the embedded broker lives and dies with the server. */
  readonly external: boolean;
  readonly breakable?: Breakable;
}

/** The broker, with its default limits and nothing kept over a restart. */
export async function startBrokerSide(kind: BrokerKind, stack: AsyncDisposableStack): Promise<BrokerSide> {
  if (kind === 'embedded') return { port: await freePort(), external: false };
  const mosquitto = await startMosquitto();
  stack.defer(() => mosquitto.stop());
  return { port: mosquitto.port, external: true, breakable: breakablePart(mosquitto) };
}

interface RealPart {
  readonly pid: number | undefined;
  kill(): Promise<void>;
  restart(): Promise<void>;
}

/** A real part of test/parts as something to break. */
export function breakablePart(part: RealPart): Breakable {
  let isUp = true;
  const signal = (name: 'SIGSTOP' | 'SIGCONT') => {
    if (isUp && part.pid !== undefined) process.kill(part.pid, name);
  };
  return {
    async kill() {
      isUp = false;
      await part.kill();
    },
    async start() {
      await part.restart();
      isUp = true;
    },
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    isRunning: () => isUp && part.pid !== undefined && isAlive(part.pid),
  };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
