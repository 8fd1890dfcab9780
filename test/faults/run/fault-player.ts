import { setTimeout as delay } from 'node:timers/promises';
import { copyOutbox } from '../evidence/outbox-copy.ts';
import type { FaultKind, PlannedFault } from '../plan/fault.ts';
import type { FaultLog, LoggedFault } from '../plan/fault-log.ts';
import { laneOf } from '../plan/plan.ts';
import { LINK } from '../system/layout.ts';
import type { Breakable } from '../system/managed-process.ts';
import type { System } from '../system/system.ts';
import { tearOutbox } from './tear-outbox.ts';

/** How far a clock steps: an hour back or forth, or a year. */
const CLOCK_STEPS_MS = [3_600_000, -3_600_000, 365 * 86_400_000, -365 * 86_400_000] as const;

/** How often it is looked whether everything still runs. */
const LOOK_MS = 250;

type Done = Omit<LoggedFault, 'kind' | 'target'>;
type Outcome = Done | { readonly skipped: string };

/** Does what a plan says to a running system, and writes down what was done. */
export class FaultPlayer {
  readonly #system: System;
  readonly #log: FaultLog;
  readonly #lanes = new Map<string, Promise<unknown>>();
  /** Processes that are down, or may be, because they were killed. */
  readonly #down = new Set<string>();
  /** What has to end before a process that was killed is started again. */
  readonly #before = new Map<string, Promise<unknown>>();
  #copies = 0;
  #failure: unknown;
  readonly #players: Readonly<Record<FaultKind, (fault: PlannedFault) => Promise<Outcome>>> = {
    kill: (fault) => this.#kill(fault),
    freeze: (fault) => this.#freeze(fault),
    cut: (fault) => this.#onLink(fault, (proxy, on) => proxy.refuse(on)),
    black_hole: (fault) => this.#onLink(fault, (proxy, on) => proxy.hang(on)),
    torn_outbox: (fault) => this.#tearOutbox(fault),
    torn_backlog: (fault) => this.#tearBacklog(fault),
    disk_full: (fault) => this.#fillDisk(fault),
    clock_step: (fault) => this.#stepClock(fault),
    store_busy: (fault) => this.#answerFor(fault, 429),
    store_down: (fault) => this.#answerFor(fault, 503),
    line_refused: (fault) => this.#refuseLine(fault),
  };

  constructor(system: System, log: FaultLog) {
    this.#system = system;
    this.#log = log;
  }

  /** Plays the plan, and lets the rest of `durationMs` pass; throws when a process ends that nobody killed. */
  async play(plan: readonly PlannedFault[], durationMs: number): Promise<void> {
    const startMs = performance.now();
    for (const fault of plan) {
      await this.#until(startMs + fault.atMs);
      const lane = laneOf(fault.kind, fault.target);
      const before = this.#lanes.get(lane) ?? Promise.resolve();
      this.#lanes.set(
        lane,
        before.then(() => this.#play(fault)).catch((error: unknown) => (this.#failure ??= error)),
      );
    }
    await this.#until(startMs + durationMs);
    await Promise.all(this.#lanes.values());
    this.checkAlive();
  }

  async #until(atMs: number): Promise<void> {
    for (let leftMs = atMs - performance.now(); leftMs > 0; leftMs = atMs - performance.now()) {
      this.checkAlive();
      await delay(Math.min(leftMs, LOOK_MS));
    }
  }

  /** Whether a process was killed and is not started again yet. */
  isDown(target: string): boolean {
    return this.#down.has(target);
  }

  /** While `work` is going on, a process that is killed stays down. */
  async keepDownDuring<T>(target: string, work: () => Promise<T>): Promise<T> {
    const working = work();
    this.#before.set(
      target,
      working.catch(() => undefined),
    );
    return working.finally(() => this.#before.delete(target));
  }

  /** @throws Error naming a process that has ended by itself, with its last words */
  checkAlive(): void {
    if (this.#failure !== undefined) throw this.#failure;
    for (const [name, breakable] of this.#system.watched()) {
      if (this.#down.has(name) || breakable.isRunning()) continue;
      const words = this.#system.lastLines(name);
      throw new Error(`${name} ended although nobody killed it; its last lines:\n${words}`);
    }
  }

  async #play(fault: PlannedFault): Promise<void> {
    const outcome = await this.#players[fault.kind](fault);
    if ('skipped' in outcome) this.#log.skip(fault, outcome.skipped);
    else this.#log.add({ kind: fault.kind, target: fault.target, ...outcome });
  }

  async #kill({ target, forMs }: PlannedFault): Promise<Outcome> {
    return this.#whileDown(target, () => delay(forMs));
  }

  /** Kills a process, does something while it is down, and starts it again. What a killed edge had written down is kept. */
  async #whileDown(target: string, work: () => Promise<unknown>): Promise<Done> {
    const breakable = this.#breakable(target);
    this.#down.add(target);
    const fromMs = Date.now();
    await breakable.kill();
    const outbox = this.#isEdge(target) ? { outbox: { asKilled: await this.#copyOutbox(target) } } : {};
    await work();
    await this.#before.get(target);
    const toMs = Date.now();
    await breakable.start();
    this.#down.delete(target);
    return { fromMs, toMs, ...outbox };
  }

  #isEdge(target: string): boolean {
    return this.#system.edges.some(({ name }) => name === target);
  }

  #copyOutbox(edge: string): Promise<string> {
    this.#copies += 1;
    return copyOutbox(this.#system.outboxFile(edge), this.#system.path('killed', `${edge}-${this.#copies}`));
  }

  async #freeze({ target, forMs }: PlannedFault): Promise<Outcome> {
    const breakable = this.#breakable(target);
    const fromMs = Date.now();
    breakable.freeze();
    await delay(forMs);
    breakable.thaw();
    return { fromMs, toMs: Date.now() };
  }

  async #onLink({ target, forMs }: PlannedFault, set: (proxy: LinkProxy, on: boolean) => void): Promise<Outcome> {
    const proxies = this.#system.links.get(target) ?? [];
    const fromMs = Date.now();
    for (const proxy of proxies) set(proxy, true);
    await delay(forMs);
    for (const proxy of proxies) set(proxy, false);
    return { fromMs, toMs: Date.now() };
  }

  #tearOutbox({ target, forMs, choice }: PlannedFault): Promise<Outcome> {
    return this.#tear(target, choice, forMs);
  }

  async #tearBacklog({ target, forMs, choice }: PlannedFault): Promise<Outcome> {
    const links = this.#system.links.get(LINK.broker(target)) ?? [];
    for (const link of links) link.refuse(true);
    await delay(forMs);
    const outcome = await this.#tear(target, choice, 100);
    for (const link of links) link.refuse(false);
    return outcome;
  }

  async #tear(target: string, choice: number, downMs: number): Promise<Done> {
    let note = '';
    let asTorn = '';
    const { outbox, ...done } = await this.#whileDown(target, async () => {
      note = tearOutbox(this.#system.outboxFile(target), choice);
      asTorn = await this.#copyOutbox(target);
      await delay(downMs);
    });
    return { ...done, ...(outbox ? { outbox: { ...outbox, asTorn } } : {}), note };
  }

  async #fillDisk({ target, forMs }: PlannedFault): Promise<Outcome> {
    const disk = this.#system.disks.get(target);
    if (!disk) return { skipped: 'there is no small disk' };
    const fromMs = Date.now();
    disk.fill();
    await delay(forMs);
    disk.empty();
    return { fromMs, toMs: Date.now() };
  }

  async #stepClock({ target, forMs, choice }: PlannedFault): Promise<Outcome> {
    const clock = this.#system.clocks.get(target);
    if (!clock) return { skipped: 'there is no clock that can be stepped' };
    const offsetMs = CLOCK_STEPS_MS[Math.floor(choice * CLOCK_STEPS_MS.length)] ?? 0;
    const fromMs = Date.now();
    clock.step(offsetMs);
    await delay(forMs);
    clock.step(0);
    return { fromMs, toMs: Date.now(), offsetMs };
  }

  async #answerFor({ forMs }: PlannedFault, mode: 429 | 503): Promise<Outcome> {
    const { gate } = this.#system;
    if (!gate) return { skipped: 'nothing stands before the store' };
    const fromMs = Date.now();
    gate.mode = mode;
    await delay(forMs);
    gate.mode = 'pass';
    return { fromMs, toMs: Date.now() };
  }

  async #refuseLine({ forMs }: PlannedFault): Promise<Outcome> {
    const { gate } = this.#system;
    if (!gate) return { skipped: 'nothing stands before the store' };
    const fromMs = Date.now();
    gate.refuseNextLine();
    await delay(forMs);
    return { fromMs, toMs: Date.now() };
  }

  #breakable(target: string): Breakable {
    const found = this.#system.breakables.get(target);
    if (!found) throw new RangeError(`${target} is no process of this system`);
    return found;
  }
}

interface LinkProxy {
  refuse(on: boolean): void;
  hang(on: boolean): void;
}
