import type { DeviceModel } from '../profiles/model.ts';
import { isGatewayException } from './exceptions.ts';
import { keyBlocks } from './key-registers.ts';
import type { ProbeLine } from './probe-line.ts';
import { type Evidence, type Recognition, recognise } from './recognise.ts';

type Read = { readonly functionCode: 3 | 4; readonly address: number; readonly count: number };

/** After so many silences in a row a device is not asked further: it went away, or chokes on something. */
const MOST_SILENCES = 3;

export interface RecogniseOptions {
  readonly models: Iterable<DeviceModel>;
  /** Idle time before each request. */
  readonly gapMs: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, of: number) => void;
}

export interface UnitRecognition extends Recognition {
  /** Whether the unit answered anything, if only with refusals. */
  readonly answered: boolean;
}

/**
 * Asks a unit for the key registers of every model, each range once, and says which models fit. A model whose first block
 * is refused is not asked further.
 */
export async function recogniseUnit(
  probe: ProbeLine,
  unit: number,
  options: RecogniseOptions,
): Promise<UnitRecognition> {
  const models = [...options.models];
  const gathering = new Gathering(probe, unit, options.gapMs);
  for (const [done, model] of models.entries()) {
    options.onProgress?.(done, models.length);
    if (options.signal?.aborted || gathering.gaveUp) break;
    await gathering.ask(model);
  }
  return { ...recognise(models, (read) => gathering.of(read)), answered: gathering.answered };
}

/** What one unit has answered so far, by range. */
class Gathering {
  readonly #probe: ProbeLine;
  readonly #unit: number;
  readonly #gapMs: number;
  readonly #answers = new Map<string, Evidence>();
  #silences = 0;
  #answered = false;

  constructor(probe: ProbeLine, unit: number, gapMs: number) {
    this.#probe = probe;
    this.#unit = unit;
    this.#gapMs = gapMs;
    probe.transport.forget();
  }

  get answered(): boolean {
    return this.#answered;
  }

  get gaveUp(): boolean {
    return this.#silences >= MOST_SILENCES;
  }

  of(read: Read): Evidence {
    return this.#answers.get(keyOf(read)) ?? 'nothing';
  }

  async ask(model: DeviceModel): Promise<void> {
    let answered = false;
    for (const block of keyBlocks(model)) {
      const evidence = await this.#read(block);
      if (this.gaveUp || (evidence === 'refused' && !answered)) return;
      answered = true;
    }
    if (model.typeRegister) await this.#read(model.typeRegister);
    if (model.identity) await this.#read(model.identity);
  }

  async #read(read: Read): Promise<Evidence> {
    const known = this.#answers.get(keyOf(read)) ?? this.#knownWords(read);
    const evidence = known ?? (await this.#ask(read));
    this.#answers.set(keyOf(read), evidence);
    return evidence;
  }

  /** Words that came in with another range. */
  #knownWords(read: Read): Evidence | undefined {
    const words = this.#probe.transport.wordsAt(this.#unit, read);
    return words && { words };
  }

  async #ask({ functionCode, address, count }: Read): Promise<Evidence> {
    const answer = await this.#probe.read({ unit: this.#unit, functionCode, address, count }, this.#gapMs);
    if (answer.failure === undefined) {
      this.#heard();
      return this.#knownWords({ functionCode, address, count }) ?? 'nothing';
    }
    const { code, exception } = answer.failure;
    if (code === 'MODBUS_EXCEPTION' && !isGatewayException(exception)) {
      this.#heard();
      return 'refused';
    }
    this.#silences += 1;
    // Many devices do not answer at all where others refuse: it speaks against a model that must be read there.
    return code === 'MODBUS_CONNECTION' ? 'nothing' : 'refused';
  }

  #heard(): void {
    this.#silences = 0;
    this.#answered = true;
  }
}

function keyOf({ functionCode, address, count }: Read): string {
  return `${functionCode} ${address} ${count}`;
}
