import { readFileSync } from 'node:fs';
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { ProcessClock, Timer } from '../platform/clock.ts';
import { messageOf, systemCodeOf } from '../platform/errors.ts';
import type { Logger } from '../platform/log.ts';
import { writeAside } from '../platform/write-aside.ts';
import type { ProfileGap } from './load-profile-gaps.ts';

const FILE_VERSION = 1;
/** Gaps of one device that wait to be filled; the oldest goes when there are more. */
export const MAX_GAPS = 32;
/** What many devices do at about the same time is written once. After a kill so much of it is read once more. */
const WRITE_AFTER_MS = 10_000;

const GapSchema = Type.Object({ fromMs: Type.Number(), toMs: Type.Number() });
const FileSchema = Type.Object({
  version: Type.Literal(FILE_VERSION),
  devices: Type.Array(
    Type.Object({
      id: Type.String(),
      model: Type.String(),
      /** Time of the newest good read of its registers. */
      lastMs: Type.Number(),
      gaps: Type.Array(GapSchema, { maxItems: MAX_GAPS }),
    }),
    { maxItems: 200_000 },
  ),
});

const fileValidator = Compile(FileSchema);

/** Until when a device was read, and what is still to be filled. */
export interface ProfileMark {
  lastMs: number;
  gaps: ProfileGap[];
}

export interface ProfileMemoryOptions {
  /** Without one nothing is kept over a restart. */
  readonly file: string | undefined;
  readonly clock: ProcessClock;
  readonly logger: Logger;
}

/**
 * The marks of all devices with a load profile, kept over a restart in a JSON file. Another model under the same device
 * id begins anew. A file that cannot be read is logged and replaced: the outage before it is not filled then.
 */
export class ProfileMemory {
  readonly #options: ProfileMemoryOptions;
  readonly #marks = new Map<string, { readonly id: string; readonly model: string; readonly mark: ProfileMark }>();
  #timer: Timer | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: ProfileMemoryOptions) {
    this.#options = options;
    for (const { id, model, lastMs, gaps } of this.#read()?.devices ?? [])
      this.#marks.set(keyOf(id, model), { id, model, mark: { lastMs, gaps: [...gaps] } });
  }

  of(id: string, model: string): ProfileMark | undefined {
    return this.#marks.get(keyOf(id, model))?.mark;
  }

  /** The device's mark, made when it has none. To be followed by `changed` when it is altered. */
  open(id: string, model: string, lastMs: number): ProfileMark {
    const mark: ProfileMark = { lastMs, gaps: [] };
    this.#marks.set(keyOf(id, model), { id, model, mark });
    return mark;
  }

  changed(): void {
    this.#timer ??= this.#options.clock.setTimer(WRITE_AFTER_MS, () => void this.flush());
  }

  /** Writes what has not been written yet; settles when it is on disk. */
  flush(): Promise<void> {
    if (this.#timer === undefined) return this.#writing;
    this.#timer.cancel();
    this.#timer = undefined;
    const { file, logger } = this.#options;
    if (file === undefined) return this.#writing;
    this.#writing = this.#writing
      .then(() => writeAside(file, this.#text()))
      .catch((error: unknown) => logger.warn({ file, reason: messageOf(error) }, 'load profile marks not written'));
    return this.#writing;
  }

  #text(): string {
    const devices = [...this.#marks.values()].map(({ id, model, mark }) => ({ id, model, ...mark }));
    const content: Static<typeof FileSchema> = { version: FILE_VERSION, devices };
    return JSON.stringify(content);
  }

  #read(): Static<typeof FileSchema> | undefined {
    const { file, logger } = this.#options;
    if (file === undefined) return undefined;
    try {
      const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
      if (fileValidator.Check(content)) return content;
      logger.warn({ file }, 'the file of load profile marks is not one of this version; starting anew');
    } catch (error) {
      if (systemCodeOf(error) === 'ENOENT') return undefined;
      logger.warn({ file, reason: messageOf(error) }, 'load profile marks cannot be read; starting anew');
    }
    return undefined;
  }
}

function keyOf(id: string, model: string): string {
  return `${model} ${id}`;
}
