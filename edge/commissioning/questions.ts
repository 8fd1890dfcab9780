import { createInterface, type Interface } from 'node:readline';
import { invalid } from './where.ts';

/** Asks a person, or whatever is piped into standard input. */
export interface Questions {
  /** The answer; the default for an empty one. Without a default an empty answer is asked again. */
  ask(question: string, fallback?: string): Promise<string>;
  close(): void;
}

/**
 * Questions on standard error, so that results alone are on standard output. Lines that come before they are asked for, as
 * from a pipe, wait for their question. At the end of the input every question gets its default.
 *
 * @throws GridwardenError ARGUMENT_INVALID from `ask` when there is neither answer nor default, or on Ctrl-C
 */
export function terminalQuestions(): Questions {
  const lines = new Lines(
    createInterface({ input: process.stdin, output: process.stderr, terminal: process.stdin.isTTY }),
  );
  return {
    async ask(question, fallback) {
      for (;;) {
        process.stderr.write(fallback === undefined ? `${question}: ` : `${question} [${fallback}]: `);
        const line = await lines.next();
        // A terminal has shown what was typed.
        if (!process.stdin.isTTY || line === undefined) process.stderr.write(`${line ?? ''}\n`);
        const answer = line?.trim() || fallback;
        if (answer !== undefined) return answer;
        if (line === undefined) throw invalid(`nobody answers "${question}": give it as a flag (see --help)`);
      }
    },
    close: () => lines.close(),
  };
}

class Lines {
  readonly #interface: Interface;
  readonly #waiting: string[] = [];
  #resolve: ((line: string | undefined) => void) | undefined;
  #reject: ((error: Error) => void) | undefined;
  #ended = false;

  constructor(readline: Interface) {
    this.#interface = readline;
    readline.on('line', (line) => {
      if (this.#resolve) this.#settle(line);
      else this.#waiting.push(line);
    });
    readline.on('close', () => {
      this.#ended = true;
      this.#settle(undefined);
    });
    readline.on('SIGINT', () => {
      const reject = this.#reject;
      this.#resolve = undefined;
      this.#reject = undefined;
      this.close();
      reject?.(invalid('interrupted; nothing was written'));
    });
  }

  next(): Promise<string | undefined> {
    const line = this.#waiting.shift();
    if (line !== undefined || this.#ended) return Promise.resolve(line);
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  close(): void {
    this.#interface.close();
  }

  #settle(line: string | undefined): void {
    const resolve = this.#resolve;
    this.#resolve = undefined;
    this.#reject = undefined;
    resolve?.(line);
  }
}
