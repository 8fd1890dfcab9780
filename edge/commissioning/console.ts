import { widthFor } from '../platform/text-table.ts';

/** What a command says and hears: results on standard output, everything else on standard error. */
export interface Console {
  /** A line of the result. */
  print(line: string): void;
  /** A line for the person who waits. */
  note(line: string): void;
  /** Replaces the last progress line; on no terminal it is left out. */
  progress(text: string): void;
  readonly width: number;
  /** Aborted by Ctrl-C; the command then ends with what it has. A second Ctrl-C ends it at once. */
  readonly signal: AbortSignal;
}

const CLEAR_LINE = '\r\u001b[2K';

/** The console of this process. */
export function processConsole(): Console {
  const { stdout, stderr } = process;
  // Whoever read along has seen enough, as `head` does: that is no failure.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    throw error;
  });
  let hasProgress = false;
  const clear = () => {
    if (hasProgress) stderr.write(CLEAR_LINE);
    hasProgress = false;
  };
  return {
    print(line) {
      clear();
      stdout.write(`${line}\n`);
    },
    note(line) {
      clear();
      stderr.write(`${line}\n`);
    },
    progress(text) {
      if (!stderr.isTTY) return;
      stderr.write(`${CLEAR_LINE}${text.slice(0, (stderr.columns ?? 80) - 1)}`);
      hasProgress = true;
    },
    width: widthFor(stdout.isTTY ? stdout.columns : undefined),
    signal: interruption(),
  };
}

function interruption(): AbortSignal {
  const abort = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (abort.signal.aborted) process.exit(1);
      abort.abort();
    });
  }
  return abort.signal;
}

/** Waits; an abort ends the wait. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
