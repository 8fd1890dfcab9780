import { GridwardenError } from '../../edge/platform/errors.ts';
import { durationMs } from '../../edge/platform/units.ts';
import { bucketCount } from './buckets.ts';
import { IdParams } from './common.schema.ts';
import { type AskedSeries, seriesOfDevice } from './device-series.ts';
import type { ApiContext } from './parts.ts';
import { QueryGate } from './query-gate.ts';
import { type Reader, readBuckets, readRaw, type TimeRange } from './read-series.ts';
import { MAX_RANGE_DAYS, MAX_ROWS, type Readings, ReadingsQuery, ReadingsSchema } from './readings.schema.ts';
import { readingsTable, streamedReadings } from './readings-csv.ts';
import type { Api } from './route.ts';
import { csvBody, wantsCsv } from './table.ts';
import { invalidParameter } from './validation.ts';
import { parseWhen } from './when.ts';

const GATE = { running: 4, waiting: 100 } as const;
const DAY_MS = 86_400_000;

/** Stored readings of a device, raw or in buckets. */
export function readingRoutes(api: Api, { parts, settings, metrics }: ApiContext): void {
  const gate = new QueryGate(GATE);
  metrics.gauge('api_readings_waiting', 'Questions about readings that wait for their turn', [], () => gate.waiting);
  const reader: Reader = { parts, gate };

  api.get(
    '/devices/:id/readings',
    {
      config: { role: 'viewer', csv: true },
      schema: {
        operationId: 'listReadings',
        tags: ['readings'],
        summary: 'Readings of a device, as taken or in buckets',
        description:
          `JSON holds at most ${MAX_ROWS} rows, all metrics together, and a range of at most ${MAX_RANGE_DAYS} days; more is RANGE_TOO_LARGE. ` +
          'Readings as taken hold also what is received and waits for the store, buckets hold what is stored (see storedUntil). As CSV readings are streamed without a limit of rows.',
        params: IdParams,
        querystring: ReadingsQuery,
        response: { 200: ReadingsSchema },
      },
    },
    async (request, reply) => {
      const { query } = request;
      const device = request.params.id;
      const range = rangeOf(query, settings.timeZone);
      const asked = seriesOfDevice(parts, device, query.metrics === undefined ? undefined : listOf(query.metrics));
      const csv = wantsCsv(request);
      if (csv && query.every === undefined) {
        return csvBody(reply, device, streamedReadings(reader, asked, range, query.conflicts));
      }
      // Taken before the question: what is stored meanwhile is a surplus, never a hole.
      const storedUntil = storedUntilOf(parts.find('host')?.storedUntilMs());
      const series = await read(reader, asked, range, query, settings.timeZone);
      if (csv) return csvBody(reply, device, readingsTable(series));
      return {
        device,
        from: new Date(range.fromMs).toISOString(),
        to: new Date(range.toMs).toISOString(),
        every: query.every ?? null,
        storedUntil,
        series,
      };
    },
  );
}

/** @throws GridwardenError REQUEST_INVALID, RANGE_TOO_LARGE */
function rangeOf(query: ReadingsQuery, timeZone: string): TimeRange {
  const fromMs = parseWhen('from', query.from, timeZone);
  const toMs = parseWhen('to', query.to, timeZone);
  if (fromMs >= toMs) throw invalidParameter('to', 'must be after from');
  if (toMs - fromMs > MAX_RANGE_DAYS * DAY_MS) {
    throw new GridwardenError('RANGE_TOO_LARGE', `A range holds at most ${MAX_RANGE_DAYS} days`);
  }
  return { fromMs, toMs };
}

function read(
  reader: Reader,
  asked: readonly AskedSeries[],
  range: TimeRange,
  { every, aggregate, conflicts }: ReadingsQuery,
  timeZone: string,
): Promise<Readings['series']> {
  const options = { maxRows: MAX_ROWS, includeConflicts: conflicts };
  if (asked.length === 0) return Promise.resolve([]);
  if (every === undefined) {
    if (aggregate !== undefined) throw invalidParameter('aggregate', 'needs every: the width of a bucket');
    return readRaw(reader, asked, range, options);
  }
  const everyMs = durationMs(every);
  if (everyMs > MAX_RANGE_DAYS * DAY_MS) throw invalidParameter('every', `must be at most ${MAX_RANGE_DAYS}d`);
  const rows = bucketCount(range.fromMs, range.toMs, everyMs) * asked.length;
  if (rows > MAX_ROWS) {
    throw new GridwardenError(
      'RANGE_TOO_LARGE',
      `${rows} buckets were asked for, ${MAX_ROWS} are the most: widen them or shorten the range`,
    );
  }
  return readBuckets(reader, asked, { ...range, everyMs, timeZone }, { ...options, aggregate });
}

function listOf(text: string): string[] {
  return [...new Set(text.split(',').filter((name) => name !== ''))];
}

function storedUntilOf(ms: number | undefined): string | null {
  return ms === undefined || !Number.isFinite(ms) || ms <= 0 ? null : new Date(ms).toISOString();
}
