import { readFileSync } from 'node:fs';
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { ProcessClock, Timer } from '../platform/clock.ts';
import { messageOf, systemCodeOf } from '../platform/errors.ts';
import type { Logger } from '../platform/log.ts';
import { writeAside } from '../platform/write-aside.ts';
import type { Hole } from '../profiles/model.ts';

/** Whose limits they are: another model at the same unit has its own. */
export interface LimitOwner {
  readonly bus: string;
  readonly unit: number;
  readonly model: string;
}

export interface LearnedHole extends Hole {
  /** UTC ms of the grid clock. */
  readonly learnedAtMs: number;
}

/** The most registers that a device answers at once, where that is less than its model says. */
export interface LearnedLongestRead {
  readonly registers: number;
  /** UTC ms of the grid clock. */
  readonly learnedAtMs: number;
}

/** What a device's refusals have taught beside what its model says. */
export interface LearnedLimits {
  readonly holes: readonly LearnedHole[];
  readonly longestRead?: LearnedLongestRead;
}

export const NOTHING_LEARNED: LearnedLimits = { holes: [] };

export function taughtNothing({ holes, longestRead }: LearnedLimits): boolean {
  return holes.length === 0 && longestRead === undefined;
}

/** What was learned is tried again after this long: a device may have refused for a while only, or got new firmware. */
const TRY_AGAIN_MS = 86_400_000;

/** What is still held to be true; the same object when that is all of it. */
export function withoutOld(learned: LearnedLimits, nowMs: number): LearnedLimits {
  const isNew = ({ learnedAtMs }: { readonly learnedAtMs: number }) => learnedAtMs > nowMs - TRY_AGAIN_MS;
  const holes = learned.holes.filter(isNew);
  const longestRead = learned.longestRead !== undefined && isNew(learned.longestRead) ? learned.longestRead : undefined;
  if (holes.length === learned.holes.length && longestRead === learned.longestRead) return learned;
  return { holes, ...(longestRead === undefined ? {} : { longestRead }) };
}

/** How long requests of a bus usually take. */
export interface MeasuredBus {
  /** What a request takes beside its frames, ms: the device's thinking, gateways, the network, the gaps kept. */
  readonly overheadMs: number;
  /** UTC ms of the grid clock. */
  readonly measuredAtMs: number;
}

/** What devices have taught, kept over a restart. */
export interface LimitStore {
  of(owner: LimitOwner): LearnedLimits;
  /** Replaces what one owner has taught. Keeping it must not hold up the reading: it is done later, a failure is logged. */
  replace(owner: LimitOwner, limits: LearnedLimits): void;
  measuredOf(bus: string): MeasuredBus | undefined;
  measured(bus: string, measured: MeasuredBus): void;
}

const FILE_VERSION = 1;

const owner = { bus: Type.String(), unit: Type.Integer(), model: Type.String() };
const MAX_ENTRIES = { maxItems: 200_000 };

const FileSchema = Type.Object({
  version: Type.Literal(FILE_VERSION),
  holes: Type.Array(
    Type.Object({
      ...owner,
      functionCode: Type.Union([Type.Literal(3), Type.Literal(4)]),
      from: Type.Integer({ minimum: 0, maximum: 65_536 }),
      to: Type.Integer({ minimum: -1, maximum: 65_535 }),
      learnedAtMs: Type.Number(),
    }),
    MAX_ENTRIES,
  ),
  longestReads: Type.Optional(
    Type.Array(
      Type.Object({ ...owner, registers: Type.Integer({ minimum: 1, maximum: 125 }), learnedAtMs: Type.Number() }),
      MAX_ENTRIES,
    ),
  ),
  buses: Type.Optional(
    Type.Array(
      Type.Object({ bus: Type.String(), overheadMs: Type.Number({ minimum: 0 }), measuredAtMs: Type.Number() }),
      MAX_ENTRIES,
    ),
  ),
});
type FileContent = Static<typeof FileSchema>;

const fileValidator = Compile(FileSchema);

/** What was learned, in memory; for tests and for tools that keep nothing. */
export class MemoryLimits implements LimitStore {
  readonly #byOwner = new Map<string, { owner: LimitOwner; limits: LearnedLimits }>();
  readonly #byBus = new Map<string, MeasuredBus>();

  of(owner: LimitOwner): LearnedLimits {
    return this.#byOwner.get(keyOf(owner))?.limits ?? NOTHING_LEARNED;
  }

  replace(owner: LimitOwner, limits: LearnedLimits): void {
    if (taughtNothing(limits)) this.#byOwner.delete(keyOf(owner));
    else this.#byOwner.set(keyOf(owner), { owner, limits });
  }

  measuredOf(bus: string): MeasuredBus | undefined {
    return this.#byBus.get(bus);
  }

  measured(bus: string, measured: MeasuredBus): void {
    this.#byBus.set(bus, measured);
  }

  get content(): FileContent {
    const entries = [...this.#byOwner.values()];
    return {
      version: FILE_VERSION,
      holes: entries.flatMap(({ owner, limits }) => limits.holes.map((hole) => ({ ...owner, ...hole }))),
      longestReads: entries.flatMap(({ owner, limits: { longestRead } }) =>
        longestRead === undefined ? [] : [{ ...owner, ...longestRead }],
      ),
      buses: Array.from(this.#byBus, ([bus, measured]) => ({ bus, ...measured })),
    };
  }

  /** Takes over what a file holds. */
  fill({ holes, longestReads = [], buses = [] }: FileContent): void {
    for (const { bus, unit, model, ...hole } of holes) {
      const was = this.of({ bus, unit, model });
      this.replace({ bus, unit, model }, { ...was, holes: [...was.holes, hole] });
    }
    for (const { bus, unit, model, ...longestRead } of longestReads)
      this.replace({ bus, unit, model }, { ...this.of({ bus, unit, model }), longestRead });
    for (const { bus, ...measured } of buses) this.measured(bus, measured);
  }
}

/** The file of what was learned: it stands beside the outbox. */
export function learnedFileOf(outboxPath: string): string {
  return `${outboxPath}.learned-holes.json`;
}

/** What many devices learn at about the same time is written once. */
const WRITE_AFTER_MS = 1000;

/**
 * What was learned, in a JSON file, written aside, flushed and renamed, so that a crash leaves the old file or the new
 * one. A file that cannot be read is left alone until something is learned, and logged: it is learned again.
 */
export class FileLimits implements LimitStore {
  readonly #file: string;
  readonly #clock: ProcessClock;
  readonly #logger: Logger;
  readonly #memory: MemoryLimits;
  #timer: Timer | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(file: string, clock: ProcessClock, logger: Logger) {
    this.#file = file;
    this.#clock = clock;
    this.#logger = logger;
    this.#memory = readLimits(file, (reason) => {
      logger.warn({ file, reason }, 'what devices have refused cannot be read; it is learned again');
    });
  }

  of(owner: LimitOwner): LearnedLimits {
    return this.#memory.of(owner);
  }

  replace(owner: LimitOwner, limits: LearnedLimits): void {
    this.#memory.replace(owner, limits);
    this.#writeLater();
  }

  measuredOf(bus: string): MeasuredBus | undefined {
    return this.#memory.measuredOf(bus);
  }

  measured(bus: string, measured: MeasuredBus): void {
    this.#memory.measured(bus, measured);
    this.#writeLater();
  }

  /** Writes what has not been written yet; settles when it is on disk. */
  flush(): Promise<void> {
    if (this.#timer === undefined) return this.#writing;
    this.#timer.cancel();
    this.#timer = undefined;
    this.#writing = this.#writing
      .then(() => writeAside(this.#file, JSON.stringify(this.#memory.content)))
      .catch((error: unknown) => {
        this.#logger.warn({ file: this.#file, reason: messageOf(error) }, 'what devices refuse could not be written');
      });
    return this.#writing;
  }

  #writeLater(): void {
    this.#timer ??= this.#clock.setTimer(WRITE_AFTER_MS, () => void this.flush());
  }
}

/** What a file of learned limits holds; nothing, and `onProblem` told why, when it cannot be used. */
export function readLimits(file: string, onProblem: (reason: string) => void): MemoryLimits {
  const memory = new MemoryLimits();
  try {
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (fileValidator.Check(content)) memory.fill(content);
    else onProblem('it is not of this version');
  } catch (error) {
    if (systemCodeOf(error) !== 'ENOENT') onProblem(messageOf(error));
  }
  return memory;
}

function keyOf(owner: LimitOwner): string {
  return `${owner.bus} ${owner.unit} ${owner.model}`;
}
