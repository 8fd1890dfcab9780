import { GridwardenError } from '../../edge/platform/errors.ts';
import { type Losses, lostRecords, lostValues } from '../../edge/protocol/losses.ts';
import type { ExplainedRecords, ExplanationPlace, FoldedExplanations } from '../ingest/host.ts';
import { type Explanation, ExplanationsPageSchema, ExplanationsQuery, type LossGroups } from './agents.schema.ts';
import { IdParams } from './common.schema.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { ApiContext } from './parts.ts';
import type { Api } from './route.ts';
import { csvBody, type Table, wantsCsv } from './table.ts';
import { invalidParameter } from './validation.ts';

/** What the server explains of the records of an agent: which, whose, of when, and why. */
export function explanationRoutes(api: Api, { parts }: ApiContext): void {
  api.get(
    '/agents/:id/explanations',
    {
      config: { role: 'viewer', csv: true },
      schema: {
        operationId: 'listExplanations',
        tags: ['agents'],
        summary: 'Records of an agent that will not come, each with its reason, the latest first',
        params: IdParams,
        querystring: ExplanationsQuery,
        response: { 200: ExplanationsPageSchema },
      },
    },
    (request, reply) => {
      const host = parts.get('host');
      const { id } = request.params;
      if (!host.state.agents.has(id)) throw new GridwardenError('NOT_FOUND', `There is no agent ${id}`);
      const { limit, cursor } = request.query;
      const filters = { id };
      const part = host.explanations(id, { limit, after: placeOf(decodeCursor(cursor, filters)) });
      const last = part.items.at(-1);
      const items = part.items.map(explanationOf);
      if (wantsCsv(request)) return csvBody(reply, 'explanations', explanationTable(items));
      const folded = part.folded.map(foldedOf);
      return {
        items,
        total: part.total,
        folded,
        next: last && part.hasMore ? encodeCursor(keyOf(last), filters) : null,
      };
    },
  );
}

/** The place of an explanation in its list; the epoch, which may hold anything, comes last. */
function keyOf({ explainedMs, epoch, range }: ExplainedRecords): string {
  return `${explainedMs} ${range[0]} ${epoch}`;
}

/** @throws GridwardenError REQUEST_INVALID */
function placeOf(key: string | undefined): ExplanationPlace | undefined {
  if (key === undefined) return undefined;
  const [, explainedMs, firstN, epoch] = /^(\d{1,16}) (\d{1,16}) (.*)$/s.exec(key) ?? [];
  if (epoch === undefined) throw invalidParameter('cursor', 'must be the `next` of a page');
  return { explainedMs: Number(explainedMs), epoch, firstN: Number(firstN) };
}

function explanationOf({
  epoch,
  range,
  reason,
  devices,
  fromMs,
  toMs,
  explainedMs,
  losses,
}: ExplainedRecords): Explanation {
  const isTimeKnown = fromMs !== 0 || toMs !== 0;
  return {
    reason,
    records: range[1] - range[0] + 1,
    devices: [...devices],
    from: isTimeKnown ? new Date(fromMs).toISOString() : null,
    to: isTimeKnown ? new Date(toMs).toISOString() : null,
    epoch,
    fromN: range[0],
    toN: range[1],
    explainedAt: new Date(explainedMs).toISOString(),
    losses: losses ? lossesOf(losses, range[1] - range[0] + 1) : null,
  };
}

function lossesOf(losses: Losses, records: number): Explanation['losses'] {
  const groups = losses.groups.map(({ metrics, devices }) => ({
    metrics: [...metrics],
    devices: devices.map(([device, values]) => ({ device, values })),
  }));
  const unreadRecords = Math.max(0, records - lostRecords(losses));
  return { values: lostValues(losses), groups, otherValues: losses.otherValues, unreadRecords };
}

function foldedOf({ fromMs, toMs, ...sums }: FoldedExplanations) {
  const time = (ms: number | undefined) => (ms === undefined ? null : new Date(ms).toISOString());
  return { ...sums, from: time(fromMs), to: time(toMs) };
}

/** In a cell, what is lost stands as `metrics: device=values …`, group by group. */
function explanationTable(items: readonly Explanation[]): Table {
  return {
    columns: [
      'reason',
      'records',
      'devices',
      'from',
      'to',
      'epoch',
      'from_n',
      'to_n',
      'explained_at',
      'values',
      'losses',
    ],
    rows: items.map(({ reason, records, devices, from, to, epoch, fromN, toN, explainedAt, losses }) => [
      reason,
      records,
      devices.join(' '),
      from,
      to,
      epoch,
      fromN,
      toN,
      explainedAt,
      losses?.values ?? null,
      losses && lossCell(losses.groups),
    ]),
  };
}

function lossCell(groups: LossGroups): string {
  const words = groups.map(({ metrics, devices }) => {
    const counts = devices.map(({ device, values }) => `${device}=${values}`);
    return `${metrics.join(' ')}: ${counts.join(' ')}`;
  });
  return words.join('; ');
}
