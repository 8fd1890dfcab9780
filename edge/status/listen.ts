import { type MetricsListener, type Served, startMetricsListener } from '../metrics-listener.ts';
import { messageOf } from '../platform/errors.ts';
import { keepTrying, type TryOptions } from '../platform/keep-trying.ts';
import type { Service } from '../platform/process.ts';
import { removeAddress, writeAddress } from './address-file.ts';

/** Any port that is free: `edge status` finds it by the file beside the outbox, and the log says it. */
const ANYWHERE = '127.0.0.1:0';

/**
 * Serves status, metrics and health: where the configuration says, or on any free port of this machine. What `listen`
 * names is tried until it is free; without it, a machine that lets nobody listen costs the status page and nothing else.
 */
export async function serveStatus(
  listen: string | undefined,
  served: Served,
  outboxPath: string,
  options: TryOptions,
): Promise<Service> {
  const { logger } = options;
  try {
    const listener = await (listen === undefined
      ? startMetricsListener(ANYWHERE, served)
      : keepTrying(() => startMetricsListener(listen, served), options));
    logger.info({ url: `http://${listener.address}/` }, 'status page');
    await leaveAddress(listener, outboxPath, options);
    return {
      async stop() {
        removeAddress(outboxPath);
        await listener.stop();
      },
    };
  } catch (error) {
    if (listen !== undefined) throw error;
    logger.warn({ reason: messageOf(error) }, 'there is no status page');
    return { stop: () => Promise.resolve() };
  }
}

async function leaveAddress({ address }: MetricsListener, outboxPath: string, { logger }: TryOptions): Promise<void> {
  await writeAddress(outboxPath, { pid: process.pid, address }).catch((error: unknown) => {
    logger.warn({ reason: messageOf(error) }, 'the command "status" will not find this edge');
  });
}
