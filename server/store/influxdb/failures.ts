import { HttpError, RequestTimedOutError } from '@influxdata/influxdb-client';
import { GridwardenError, messageOf } from '../../../edge/platform/errors.ts';

const MAX_RETRY_AFTER_MS = 300_000;

/** What the store talks to, for messages. */
export interface InfluxTarget {
  readonly url: string;
  readonly org: string;
}

/** The server refuses the content: some lines can never be stored, the others can. */
export function isContentRefused(error: unknown): error is HttpError {
  return error instanceof HttpError && [400, 413, 422].includes(error.statusCode);
}

/** An error of the server or the way to it as one of ours, in one line. `details.retryAfterMs` where the server said so. */
export function explainInflux({ url, org }: InfluxTarget, bucket: string, cause: unknown): GridwardenError {
  if (cause instanceof GridwardenError) return cause;
  if (!(cause instanceof HttpError)) {
    const how =
      cause instanceof RequestTimedOutError ? 'does not answer in time' : `cannot be reached: ${messageOf(cause)}`;
    return new GridwardenError('STORE_UNAVAILABLE', `InfluxDB at ${url} ${how}`, { cause });
  }
  const { statusCode } = cause;
  if (statusCode === 401 || statusCode === 403) {
    return new GridwardenError(
      'STORE_UNAUTHORIZED',
      `InfluxDB at ${url} refuses the token for bucket ${bucket} of ${org}`,
      {
        cause,
      },
    );
  }
  if (statusCode === 404) return bucketMissing({ url, org }, bucket, cause);
  return new GridwardenError('STORE_UNAVAILABLE', `InfluxDB at ${url} answers ${statusCode}: ${reasonOf(cause)}`, {
    cause,
    details: statusCode === 429 || statusCode === 503 ? { retryAfterMs: retryAfterMs(cause) } : {},
  });
}

export function bucketMissing({ url, org }: InfluxTarget, bucket: string, cause?: unknown): GridwardenError {
  return new GridwardenError('STORE_BUCKET_MISSING', `InfluxDB at ${url} has no bucket ${bucket} in ${org}`, { cause });
}

/** What the server gives as its reason, in one line. */
export function reasonOf(error: HttpError): string {
  const text = error.body === undefined || error.body === '' ? error.message : error.body;
  const parsed = parsedMessage(text) ?? text;
  return parsed.replaceAll(/\s+/g, ' ').slice(0, 500);
}

function parsedMessage(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('message' in value)) return undefined;
    return typeof value.message === 'string' ? value.message : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Seconds (RFC 9110, 10.2.3). Taken from the header itself: the client reads the number as milliseconds and would come back a
 * thousand times too early.
 */
function retryAfterMs(error: HttpError): number {
  const seconds = Number(error.headers?.['retry-after']);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds * 1000, MAX_RETRY_AFTER_MS) : 0;
}
