/**
 * The one error catalogue of gridwarden. A code is never reused for something else; a retired code stays listed
 * in `RETIRED_CODES`.
 */

/**
 * What the caller does next:
 * - `fix`: a person must change something (configuration, request); repeating is useless.
 * - `retry`: the world is at fault (network, broker, disk); the same call may succeed later.
 * - `drop`: this one item cannot be used; set it aside, count it, go on with the others.
 * - `partial`: some items were accepted, the rest are listed in `details`.
 * - `stop`: the process cannot go on safely.
 */
export type ErrorClass = 'fix' | 'retry' | 'drop' | 'partial' | 'stop';

interface ErrorDefinition {
  readonly class: ErrorClass;
  /** HTTP status when the error reaches the API. */
  readonly status: number;
  readonly title: string;
}

function define<const T extends Record<string, ErrorDefinition>>(definitions: T): T {
  return definitions;
}

export const ERROR_CATALOGUE = define({
  // configuration and command lines
  CONFIG_INVALID: { class: 'fix', status: 500, title: 'The configuration is not valid' },
  CONFIG_UNREADABLE: { class: 'fix', status: 500, title: 'A configuration file cannot be read' },
  SECRET_UNREADABLE: { class: 'fix', status: 500, title: 'A secret cannot be read' },
  MODEL_UNKNOWN: { class: 'fix', status: 400, title: 'No device model has this name' },
  MODEL_INVALID: { class: 'fix', status: 500, title: 'A device model file is not valid' },
  ARGUMENT_INVALID: { class: 'fix', status: 400, title: 'An argument of the command line is not valid' },
  LISTEN_REFUSED: { class: 'fix', status: 500, title: 'The server refuses to listen there' },
  // the world
  PORT_TAKEN: { class: 'retry', status: 503, title: 'The port is in use by another process' },
  BROKER_UNREACHABLE: { class: 'retry', status: 503, title: 'The MQTT broker cannot be reached' },
  BROKER_REFUSED: { class: 'retry', status: 503, title: 'The MQTT broker refused the connection' },
  DIRECTORY_UNWRITABLE: { class: 'retry', status: 503, title: 'A directory cannot be written' },
  DISK_FULL: { class: 'retry', status: 503, title: 'The disk is full' },
  EDGE_NOT_RUNNING: { class: 'retry', status: 503, title: 'No edge runs with this configuration' },
  PROCESS_ENDED: { class: 'retry', status: 503, title: 'A process that was started has ended by itself' },
  // Modbus
  MODBUS_TIMEOUT: { class: 'retry', status: 504, title: 'The device did not answer in time' },
  MODBUS_CONNECTION: { class: 'retry', status: 502, title: 'The Modbus connection failed' },
  MODBUS_EXCEPTION: { class: 'drop', status: 502, title: 'The device answered with an exception' },
  MODBUS_MALFORMED: { class: 'drop', status: 502, title: 'The device answered with a malformed frame' },
  // Sparkplug and delivery
  PAYLOAD_MALFORMED: { class: 'drop', status: 422, title: 'A payload cannot be decoded' },
  PAYLOAD_TOO_LARGE: { class: 'drop', status: 413, title: 'A payload is larger than the limit' },
  TOPIC_MALFORMED: { class: 'drop', status: 422, title: 'A topic is not a Sparkplug topic' },
  COMMAND_REFUSED: { class: 'drop', status: 403, title: 'The command is not allowed' },
  OUTBOX_CORRUPT: { class: 'drop', status: 500, title: 'The outbox file is damaged' },
  OUTBOX_FULL: { class: 'drop', status: 507, title: 'The outbox is full' },
  // store and state
  STORE_UNAVAILABLE: { class: 'retry', status: 503, title: 'The telemetry store does not answer' },
  STORE_UNAUTHORIZED: { class: 'retry', status: 503, title: 'The telemetry store refused the token' },
  STORE_BUCKET_MISSING: { class: 'retry', status: 503, title: 'The bucket does not exist in the telemetry store' },
  STORE_FOREIGN: { class: 'stop', status: 500, title: 'The store file is not one of gridwarden' },
  STORE_SWAPPED: { class: 'stop', status: 500, title: 'State and store do not belong together' },
  STORE_REJECTED: { class: 'partial', status: 422, title: 'The telemetry store rejected some values' },
  SCHEMA_NEWER: { class: 'stop', status: 500, title: 'The file was written by a newer version' },
  FILE_LOCKED: { class: 'retry', status: 503, title: 'Another process holds the file' },
  // backup
  BACKUP_INVALID: { class: 'fix', status: 422, title: 'The backup cannot be used' },
  BACKUP_RUNNING: { class: 'retry', status: 409, title: 'Another backup is being made' },
  PLACE_NOT_EMPTY: { class: 'fix', status: 409, title: 'Something is there already' },
  // import and export
  IMPORT_INVALID: { class: 'fix', status: 422, title: 'The file cannot be imported' },
  IMPORT_RUNNING: { class: 'retry', status: 409, title: 'Another import is running' },
  EXPORT_RUNNING: { class: 'retry', status: 409, title: 'Another export is running' },
  // grid
  VERSION_CONFLICT: { class: 'fix', status: 409, title: 'It was changed by somebody else meanwhile' },
  // API
  REQUEST_INVALID: { class: 'fix', status: 400, title: 'The request is not valid' },
  NOT_FOUND: { class: 'fix', status: 404, title: 'There is nothing by this name' },
  NOT_ACCEPTABLE: { class: 'fix', status: 406, title: 'The answer cannot be given in this form' },
  REQUEST_TOO_LARGE: { class: 'fix', status: 413, title: 'The request is larger than the limit' },
  MEDIA_TYPE_UNSUPPORTED: { class: 'fix', status: 415, title: 'The request has a body of an unknown type' },
  HOST_REFUSED: { class: 'fix', status: 421, title: 'The server does not answer to this name' },
  ORIGIN_REFUSED: { class: 'fix', status: 403, title: 'A page of another site may not do this' },
  RANGE_TOO_LARGE: { class: 'fix', status: 422, title: 'The query asks for too much at once' },
  FORBIDDEN: { class: 'fix', status: 403, title: 'Your role does not allow this' },
  UNAUTHENTICATED: { class: 'fix', status: 401, title: 'Sign in first' },
  TOO_MANY_REQUESTS: { class: 'retry', status: 429, title: 'Too many requests' },
  OVERLOADED: { class: 'retry', status: 503, title: 'A limit is reached; try again later' },
  PAGE_NOT_BUILT: { class: 'fix', status: 503, title: 'The page is not built' },
  STARTING: { class: 'retry', status: 503, title: 'The server is still starting' },
  INTERNAL: { class: 'stop', status: 500, title: 'An unexpected error' },
});

export type ErrorCode = keyof typeof ERROR_CATALOGUE;

export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(ERROR_CATALOGUE, text);
}

/** Codes that were used once and must not come back with another meaning. */
export const RETIRED_CODES: readonly string[] = [];

/**
 * The error type of gridwarden: a code of the catalogue, and a message that says what happened, where, and what to do.
 * `details` holds machine-readable facts (paths, addresses, lists).
 */
export class GridwardenError extends Error {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; details?: Record<string, unknown> } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'GridwardenError';
    this.code = code;
    this.details = options.details ?? {};
  }

  get class(): ErrorClass {
    return ERROR_CATALOGUE[this.code].class;
  }

  get status(): number {
    return ERROR_CATALOGUE[this.code].status;
  }
}

/** The code of an error, for narrowing in `catch`; undefined when it is not one of ours. */
export function codeOf(error: unknown): ErrorCode | undefined {
  return error instanceof GridwardenError ? error.code : undefined;
}

/** The operating system's code (`EADDRINUSE`, `ENOSPC`, …) of an error, if it has one. */
export function systemCodeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** A one-line text of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
