import { type Logger, pino } from 'pino';

export type { Logger } from 'pino';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The process's logger: JSON lines on stdout (or `destination`), one object an event, UTC times. */
export function createLogger(name: string, level: LogLevel = 'info', destination?: NodeJS.WritableStream): Logger {
  const options = { name, level, timestamp: pino.stdTimeFunctions.isoTime };
  return destination ? pino(options, destination) : pino(options);
}

/** A logger that writes nothing; for tests. */
export function silentLogger(): Logger {
  return pino({ level: 'silent' });
}
