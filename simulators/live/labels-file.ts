import { messageOf } from '../../edge/platform/errors.ts';
import type { Logger } from '../../edge/platform/log.ts';
import { writeAside } from '../../edge/platform/write-aside.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** The file that holds the truth about a running fleet's faults, for whoever scores; written anew when it changes. */
export class LabelsFile {
  readonly #file: string;
  readonly #scenario: Scenario;
  readonly #logger: Logger;
  #written = '';
  #writing: Promise<void> = Promise.resolve();

  constructor(file: string, scenario: Scenario, logger: Logger) {
    this.#file = file;
    this.#scenario = scenario;
    this.#logger = logger;
  }

  /** Writes what is not written yet; one write after the other. A failure is logged, and the next call tries again. */
  write(labels: readonly object[]): Promise<void> {
    const { name, file } = this.#scenario;
    const text = `${JSON.stringify({ format: 1, scenario: name, seed: file.seed, start: file.start, labels }, null, 1)}\n`;
    if (text === this.#written) return this.#writing;
    this.#written = text;
    this.#writing = this.#writing
      .then(() => writeAside(this.#file, text))
      .catch((error: unknown) => {
        this.#written = '';
        this.#logger.error({ file: this.#file, reason: messageOf(error) }, 'labels cannot be written');
      });
    return this.#writing;
  }
}
