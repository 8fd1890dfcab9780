import { readFileSync } from 'node:fs';
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { ProcessClock, Timer } from '../platform/clock.ts';
import { messageOf, systemCodeOf } from '../platform/errors.ts';
import type { Logger } from '../platform/log.ts';
import { writeAside } from '../platform/write-aside.ts';
import type { Hole } from '../profiles/model.ts';

/** Whose holes they are: another model at the same unit has its own. */
export interface HoleOwner {
  readonly bus: string;
  readonly unit: number;
  readonly model: string;
}

export interface LearnedHole extends Hole {
  /** UTC ms of the grid clock. */
  readonly learnedAtMs: number;
}

/** What devices' refusals have taught, kept over a restart. */
export interface LearnedHoles {
  of(owner: HoleOwner): readonly LearnedHole[];
  /** Replaces the holes of one owner. Keeping them must not hold up the reading: it is done later, a failure is logged. */
  replace(owner: HoleOwner, holes: readonly LearnedHole[]): void;
}

const FILE_VERSION = 1;

const FileSchema = Type.Object({
  version: Type.Literal(FILE_VERSION),
  holes: Type.Array(
    Type.Object({
      bus: Type.String(),
      unit: Type.Integer(),
      model: Type.String(),
      functionCode: Type.Union([Type.Literal(3), Type.Literal(4)]),
      from: Type.Integer({ minimum: 0, maximum: 65_536 }),
      to: Type.Integer({ minimum: -1, maximum: 65_535 }),
      learnedAtMs: Type.Number(),
    }),
    { maxItems: 200_000 },
  ),
});
type FileContent = Static<typeof FileSchema>;

const fileValidator = Compile(FileSchema);

/** Learned holes in memory; for tests and for tools that keep nothing. */
export class MemoryLearnedHoles implements LearnedHoles {
  readonly #byOwner = new Map<string, { owner: HoleOwner; holes: readonly LearnedHole[] }>();

  of(owner: HoleOwner): readonly LearnedHole[] {
    return this.#byOwner.get(keyOf(owner))?.holes ?? [];
  }

  replace(owner: HoleOwner, holes: readonly LearnedHole[]): void {
    if (holes.length === 0) this.#byOwner.delete(keyOf(owner));
    else this.#byOwner.set(keyOf(owner), { owner, holes });
  }

  entries(): Iterable<{ owner: HoleOwner; holes: readonly LearnedHole[] }> {
    return this.#byOwner.values();
  }
}

/** What many devices learn at about the same time is written once. */
const WRITE_AFTER_MS = 1000;

/**
 * Learned holes in a JSON file, written aside, flushed and renamed, so that a crash leaves the old file or the new
 * one. A file that cannot be read is left alone until something is learned, and logged: holes are learned again.
 */
export class FileLearnedHoles implements LearnedHoles {
  readonly #file: string;
  readonly #clock: ProcessClock;
  readonly #logger: Logger;
  readonly #memory = new MemoryLearnedHoles();
  #timer: Timer | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(file: string, clock: ProcessClock, logger: Logger) {
    this.#file = file;
    this.#clock = clock;
    this.#logger = logger;
    for (const { bus, unit, model, ...hole } of this.#read()?.holes ?? []) {
      const owner = { bus, unit, model };
      this.#memory.replace(owner, [...this.#memory.of(owner), hole]);
    }
  }

  of(owner: HoleOwner): readonly LearnedHole[] {
    return this.#memory.of(owner);
  }

  replace(owner: HoleOwner, holes: readonly LearnedHole[]): void {
    this.#memory.replace(owner, holes);
    this.#timer ??= this.#clock.setTimer(WRITE_AFTER_MS, () => void this.flush());
  }

  /** Writes what has not been written yet; settles when it is on disk. */
  flush(): Promise<void> {
    if (this.#timer === undefined) return this.#writing;
    this.#timer.cancel();
    this.#timer = undefined;
    this.#writing = this.#writing
      .then(() => this.#write())
      .catch((error: unknown) => {
        this.#logger.warn({ file: this.#file, reason: messageOf(error) }, 'learned holes could not be written');
      });
    return this.#writing;
  }

  #read(): FileContent | undefined {
    try {
      const content: unknown = JSON.parse(readFileSync(this.#file, 'utf8'));
      if (fileValidator.Check(content)) return content;
      this.#logger.warn({ file: this.#file }, 'the file of learned holes is not one of this version; starting anew');
    } catch (error) {
      if (systemCodeOf(error) === 'ENOENT') return undefined;
      this.#logger.warn({ file: this.#file, reason: messageOf(error) }, 'learned holes cannot be read; starting anew');
    }
    return undefined;
  }

  async #write(): Promise<void> {
    const holes = [...this.#memory.entries()].flatMap(({ owner, holes }) =>
      holes.map((hole) => ({ ...owner, ...hole })),
    );
    const content: FileContent = { version: FILE_VERSION, holes };
    await writeAside(this.#file, JSON.stringify(content));
  }
}

function keyOf(owner: HoleOwner): string {
  return `${owner.bus} ${owner.unit} ${owner.model}`;
}
