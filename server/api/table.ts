import { pipeline, Readable } from 'node:stream';
import { stringify } from 'csv-stringify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GridwardenError } from '../../edge/platform/errors.ts';

export type Cell = string | number | boolean | null;

/** An answer as rows: what CSV shows of it. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: Iterable<readonly Cell[]> | AsyncIterable<readonly Cell[]>;
}

const CSV_TYPE = 'text/csv; charset=utf-8; header=present';

/**
 * Whether the answer has to be CSV: `?format=` decides, else `Accept` with its weights (RFC 9110 section 12.5.1).
 * @throws GridwardenError NOT_ACCEPTABLE when neither JSON nor CSV is wanted
 */
export function wantsCsv(request: FastifyRequest): boolean {
  const { format } = request.query as { format?: 'json' | 'csv' };
  if (format !== undefined) return format === 'csv';
  const accept = request.headers.accept;
  if (accept === undefined) return false;
  const weights = { json: weightOf(accept, 'application/json'), csv: weightOf(accept, 'text/csv') };
  if (weights.json === 0 && weights.csv === 0) {
    throw new GridwardenError('NOT_ACCEPTABLE', `Answers here are application/json or text/csv, not ${accept}`);
  }
  return weights.csv > weights.json;
}

/** The weight that an Accept header gives to a media type; the most specific range counts. */
function weightOf(accept: string, type: string): number {
  const [main] = type.split('/');
  const ranks: Readonly<Record<string, number>> = { [type]: 3, [`${main}/*`]: 2, '*/*': 1 };
  let best = { rank: 0, weight: 0 };
  for (const part of accept.split(',', 50)) {
    const [range = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    const rank = ranks[range] ?? 0;
    const given = parameters.find((parameter) => parameter.startsWith('q='));
    const weight = given === undefined ? 1 : Number(given.slice(2));
    if (rank > best.rank) best = { rank, weight: Number.isFinite(weight) ? weight : 0 };
  }
  return best.weight;
}

/**
 * A table as the CSV body of the answer (RFC 4180), row by row; a missing value is an empty field. The first row is
 * made before the answer begins, so that a failure is still told as a problem.
 */
export async function csvBody<Body>(reply: FastifyReply, name: string, table: Table): Promise<Body> {
  const rows = await begun(table.rows);
  // A name of a foreign device that begins with = must not become a formula in somebody's spreadsheet.
  const csv = stringify({
    header: true,
    columns: [...table.columns],
    escape_formulas: true,
    cast: { boolean: String },
  });
  pipeline(Readable.from(rows), csv, (error) => {
    if (error) reply.log.warn({ err: error }, 'a CSV answer was cut off');
  });
  reply
    .type(CSV_TYPE)
    .header('content-disposition', `attachment; filename="${name.replace(/[^A-Za-z0-9._-]+/g, '_')}.csv"`);
  // Fastify's types know one form of an answer, the one of the schema; this is the other.
  return csv as unknown as Body;
}

/** The same rows, the first of which is there. */
async function begun(rows: Table['rows']): Promise<AsyncIterable<readonly Cell[]>> {
  const iterator = Symbol.asyncIterator in rows ? rows[Symbol.asyncIterator]() : rows[Symbol.iterator]();
  let next = await iterator.next();
  return (async function* () {
    try {
      for (; !next.done; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  })();
}

/** UTC text of a time in a CSV field. */
export function timeCell(ms: number | null | undefined): string | null {
  return ms === null || ms === undefined || !Number.isFinite(ms) ? null : new Date(ms).toISOString();
}
