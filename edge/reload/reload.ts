import type { LoadedEdge } from '../load-config.ts';
import type { Buses } from '../modbus/buses.ts';
import type { EdgeNode } from '../node/edge-node.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { codeOf, messageOf } from '../platform/errors.ts';
import type { Logger } from '../platform/log.ts';
import { describeDevice } from '../profiles/describe.ts';
import { modelOf } from '../profiles/inputs.ts';
import type { DeviceDescription } from '../reading.ts';
import { type ConfigChange, type Configured, compareConfigs, type Differences } from './compare.ts';

/** Ids that one line of the log names. */
const MAX_NAMED = 20;

export interface ReloadOptions {
  /** What the edge was started with. */
  readonly loaded: LoadedEdge;
  /** Reads and checks the file again. */
  readonly load: (file: string) => Promise<LoadedEdge>;
  readonly buses: Pick<Buses, 'add' | 'remove'>;
  readonly node: Pick<EdgeNode, 'reconfigure'>;
  readonly outbox: Pick<Outbox, 'register' | 'flush'>;
  readonly logger: Logger;
  /** UTC, for what is told of the last reload. */
  readonly wallMs: () => number;
}

/** How the configuration stands. */
export interface ConfigState {
  readonly file: string;
  /** When it was read last, UTC ms, and with which result; undefined while it is as at the start. */
  readonly reload?: { readonly atMs: number; readonly problem?: string };
  /** What the file says otherwise than what runs, until a restart. */
  readonly needsRestart: readonly string[];
}

/**
 * Takes over a configuration that was changed while the edge runs. What did not change is not touched: such a bus keeps
 * its connection and every deadline. A file with a mistake changes nothing.
 */
export class Reload {
  readonly #options: ReloadOptions;
  #running: Configured;
  #state: ConfigState;
  #working: Promise<void> | undefined;
  /** It was asked for again meanwhile. */
  #isAskedAgain = false;
  #isStopped = false;

  constructor(options: ReloadOptions) {
    this.#options = options;
    this.#running = options.loaded;
    this.#state = { file: options.loaded.file, needsRestart: [] };
  }

  get state(): ConfigState {
    return this.#state;
  }

  /** What is in force. */
  get running(): Configured {
    return this.#running;
  }

  /** Reads the file again and takes over what it says; while that is under way, it is done once more afterwards. */
  ask(): void {
    if (this.#working) this.#isAskedAgain = true;
    else this.#begin();
  }

  /** Begins nothing any more; settles when nothing is under way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#working;
  }

  #begin(): void {
    if (this.#isStopped) return;
    this.#working = this.#reload().finally(() => {
      this.#working = undefined;
      if (!this.#isAskedAgain) return;
      this.#isAskedAgain = false;
      this.#begin();
    });
  }

  async #reload(): Promise<void> {
    const { loaded, load, logger, wallMs } = this.#options;
    try {
      const change = compareConfigs(this.#running, await load(loaded.file));
      if (this.#isStopped) return;
      await this.#apply(change);
      this.#state = { file: loaded.file, reload: { atMs: wallMs() }, needsRestart: change.needsRestart };
      tell(change, logger);
    } catch (error) {
      const problem = messageOf(error);
      this.#state = { ...this.#state, reload: { atMs: wallMs(), problem } };
      const facts = { code: codeOf(error) ?? 'INTERNAL', problems: problem.split('\n') };
      logger.error(facts, 'the configuration cannot be taken over; the edge goes on with the one it has');
    }
  }

  /** The outbox knows every device before it is read, and the node before the first read comes. */
  async #apply({ next, buses, devices }: ConfigChange): Promise<void> {
    const { outbox, node, logger } = this.#options;
    const descriptions = descriptionsOf(next);
    const touched = new Set([...devices.added, ...devices.changed]);
    const added = descriptions.filter(({ id }) => touched.has(id));
    if (added.length > 0) {
      const rows = added.map(({ id, model, kind }) => ({ id, model, kind, serial: undefined }));
      await outbox.register(
        added.flatMap(({ layouts }) => layouts),
        rows,
      );
    }
    await this.#options.buses.remove(new Set([...buses.removed, ...buses.changed]));
    await outbox.flush();
    node.reconfigure(descriptions);
    this.#running = next;
    if (this.#isStopped) return;
    const wanted = new Set([...buses.added, ...buses.changed]);
    this.#options.buses.add(
      next.config.buses.filter(({ id }) => wanted.has(id)),
      next.models,
      next.config.buses.map(({ id }) => id),
    );
    logger.level = next.config.logLevel ?? 'info';
  }
}

/** What the devices of a configuration yield. */
export function descriptionsOf({ config, models }: Configured): DeviceDescription[] {
  return config.buses.flatMap((bus) => bus.devices.map((device) => describeDevice(modelOf(models, device), device)));
}

function tell({ buses, devices, needsRestart }: ConfigChange, logger: Logger): void {
  const facts = { ...named('Buses', buses), ...named('Devices', devices) };
  const isSame = Object.keys(facts).length === 0;
  logger.info(facts, isSame ? 'configuration read again: buses and devices are as before' : 'configuration taken over');
  if (needsRestart.length > 0)
    logger.warn({ keys: needsRestart }, `needs a restart to take effect: ${needsRestart.join(', ')}`);
}

/** `addedBuses: ['b1', 'b2'], …`: what there is to say, with the number of those left out. */
function named(what: string, differences: Differences): Record<string, readonly string[]> {
  const entries = Object.entries(differences).filter(([, ids]: [string, readonly string[]]) => ids.length > 0);
  return Object.fromEntries(entries.map(([kind, ids]) => [`${kind}${what}`, shortened(ids)]));
}

function shortened(ids: readonly string[]): readonly string[] {
  return ids.length <= MAX_NAMED ? ids : [...ids.slice(0, MAX_NAMED), `and ${ids.length - MAX_NAMED} more`];
}
