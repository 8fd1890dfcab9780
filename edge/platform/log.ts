import { fstatSync } from 'node:fs';
import { type Logger, type LoggerOptions, pino } from 'pino';
import { LogOutput } from './log-output.ts';

export type { Logger } from 'pino';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * The process's logger: JSON lines on stdout (or `destination`), one object an event, UTC times. Where stdout is the
 * systemd journal, each line begins with its priority and leaves out what the journal notes itself: time, process, host.
 */
export function createLogger(name: string, level: LogLevel = 'info', destination?: NodeJS.WritableStream): Logger {
  if (destination === undefined && writesToJournal(process.env.JOURNAL_STREAM, 1))
    return journalLogger(name, level, new LogOutput(1));
  const options = { name, level, timestamp: pino.stdTimeFunctions.isoTime };
  return pino(options, destination ?? new LogOutput(1));
}

/** Priorities of sd-daemon(3), as a prefix that the journal takes off, by pino's levels. */
const PRIORITIES: readonly (readonly [fromLevel: number, prefix: string])[] = [
  [60, '<2>'],
  [50, '<3>'],
  [40, '<4>'],
  [30, '<6>'],
  [0, '<7>'],
];

interface LineWriter {
  write(line: string): unknown;
}

/** A logger whose lines the journal sorts by priority. */
export function journalLogger(name: string, level: LogLevel, out: LineWriter): Logger {
  const options: LoggerOptions = { level, base: { name }, timestamp: false };
  const stream = {
    // Asks pino to note here the level of the line that comes next.
    [Symbol.for('pino.metadata')]: true,
    lastLevel: 30,
    write(line: string) {
      const [, prefix = ''] = PRIORITIES.find(([from]) => stream.lastLevel >= from) ?? [];
      out.write(prefix + line);
    },
  };
  return pino(options, stream);
}

/**
 * Whether an output is the systemd journal: `JOURNAL_STREAM` has its device and inode (systemd.exec(5)). A process that
 * sends its output elsewhere may have inherited the variable.
 */
export function writesToJournal(journalStream: string | undefined, fileDescriptor: number): boolean {
  if (journalStream === undefined) return false;
  try {
    const { dev, ino } = fstatSync(fileDescriptor);
    return journalStream === `${dev}:${ino}`;
  } catch {
    return false;
  }
}

/** A logger that writes nothing; for tests. */
export function silentLogger(): Logger {
  return pino({ level: 'silent' });
}
