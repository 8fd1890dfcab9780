import { GridwardenError } from '../../edge/platform/errors.ts';
import { changeThing } from '../registry/change-thing.ts';
import { FINDING_CODES, type GridFinding } from '../registry/findings.ts';
import type { GridKind } from '../registry/kinds.ts';
import { meterRatio } from '../registry/ratios.ts';
import type { GridRegistry, GridTime } from '../registry/registry.ts';
import { searchGrid, selectThings } from '../registry/search.ts';
import type { GridSnapshot, Thing } from '../registry/snapshot.ts';
import { gridTree } from '../registry/tree.ts';
import {
  GRID_FILTERS,
  GridFindingsQuery,
  GridFindingsSchema,
  GridKindParams,
  GridListQuery,
  GridPageSchema,
  GridPatchSchema,
  GridRecordsSchema,
  GridSearchQuery,
  GridSearchSchema,
  GridThingParams,
  GridThingSchema,
  GridTimeQuerySchema,
  GridTreeSchema,
} from './grid.schema.ts';
import { entityOf, recordAnswer } from './grid-answers.ts';
import { currentFindings } from './grid-findings.ts';
import { pageOf } from './page.ts';
import type { ApiContext } from './parts.ts';
import { type Api, actorOf } from './route.ts';
import { invalidParameter, invalidRequest } from './validation.ts';
import { parseWhen } from './when.ts';

const tags = ['grid'];
const viewer = { role: 'viewer' } as const;
const MAX_RECORDS = 1000;

/** The grid: what is supplied by what, at any moment, as it was known at any moment. */
export function gridRoutes(api: Api, context: ApiContext): void {
  wholeGridRoutes(api, context);
  thingRoutes(api, context);
  patchRoute(api, context);
}

/** The moments that a query names. */
export function gridTimeOf(query: { readonly at?: string; readonly knownAt?: string }, timeZone: string): GridTime {
  return {
    ...(query.at !== undefined && { atMs: parseWhen('at', query.at, timeZone) }),
    ...(query.knownAt !== undefined && { knownMs: parseWhen('knownAt', query.knownAt, timeZone) }),
  };
}

function wholeGridRoutes(api: Api, { parts, settings: { timeZone } }: ApiContext): void {
  api.get(
    '/grid/tree',
    {
      config: viewer,
      schema: {
        operationId: 'getGridTree',
        tags,
        summary: 'Districts, substations, feeders and areas, with the number of meters of each area',
        querystring: GridTimeQuerySchema,
        response: { 200: GridTreeSchema },
      },
    },
    (request) => ({ districts: gridTree(parts.get('registry').snapshot(gridTimeOf(request.query, timeZone))) }),
  );

  api.get(
    '/grid/search',
    {
      config: viewer,
      schema: {
        operationId: 'searchGrid',
        tags,
        summary: 'Things of every kind whose id, name or number holds a text, the nearest first',
        querystring: GridSearchQuery,
        response: { 200: GridSearchSchema },
      },
    },
    (request) => {
      const { q, limit, ...time } = request.query;
      return { items: searchGrid(parts.get('registry').snapshot(gridTimeOf(time, timeZone)), q, limit) };
    },
  );

  api.get(
    '/grid/findings',
    {
      config: viewer,
      schema: {
        operationId: 'listGridFindings',
        tags,
        summary: 'What does not fit together in the grid, and between the grid and what reports',
        querystring: GridFindingsQuery,
        response: { 200: GridFindingsSchema },
      },
    },
    (request) => {
      const { limit, cursor, code, at } = request.query;
      const time = gridTimeOf(at === undefined ? {} : { at }, timeZone);
      const all = currentFindings(parts.get('registry'), time, parts.get('host').state.devices.values());
      const found = code === undefined ? all : all.filter((finding) => finding.code === code);
      return { ...pageOf(found, keyOf, { limit, cursor, filters: { code, at } }), counts: countsOf(all) };
    },
  );
}

function keyOf({ code, subject, related }: GridFinding): string {
  return [code, subject.kind, subject.id, ...related].join('\n');
}

function countsOf(findings: readonly GridFinding[]): Record<(typeof FINDING_CODES)[number], number> {
  const counts = Map.groupBy(findings, ({ code }) => code);
  const entries = FINDING_CODES.map((code) => [code, counts.get(code)?.length ?? 0]);
  return Object.fromEntries(entries);
}

function thingRoutes(api: Api, { parts, settings: { timeZone } }: ApiContext): void {
  api.get(
    '/grid/:kind',
    {
      config: viewer,
      schema: {
        operationId: 'listGridThings',
        tags,
        summary: 'Things of a kind at a moment, by id',
        params: GridKindParams,
        querystring: GridListQuery,
        response: { 200: GridPageSchema },
      },
    },
    (request) => {
      const { kind } = request.params;
      const { limit, cursor, at, knownAt, q, ...fields } = request.query;
      const snapshot = parts.get('registry').snapshot(gridTimeOf(request.query, timeZone));
      const wanted = Object.entries(fields).filter(([name]) => Object.hasOwn(GRID_FILTERS, name));
      const things = selectThings(snapshot, kind, { q, fields: wanted });
      if (typeof things === 'string') throw invalidParameter(things, `is no field of ${kind}`);
      const filters = { kind, at, knownAt, q, ...fields };
      const page = pageOf<Thing>(things, ({ id }) => id, { limit, cursor, filters });
      return { ...page, items: page.items.map((thing) => entityOf(thing)) };
    },
  );

  api.get(
    '/grid/:kind/:id',
    {
      config: viewer,
      schema: {
        operationId: 'getGridThing',
        tags,
        summary: 'One thing at a moment, and its history',
        params: GridThingParams,
        querystring: GridTimeQuerySchema,
        response: { 200: GridThingSchema },
      },
    },
    (request, reply) => {
      const answer = thingAnswer(parts.get('registry'), request.params, gridTimeOf(request.query, timeZone));
      reply.header('etag', `"${answer.version}"`);
      return answer;
    },
  );

  api.get(
    '/grid/:kind/:id/records',
    {
      config: viewer,
      schema: {
        operationId: 'listGridRecords',
        tags,
        summary: 'All that was ever recorded of a thing, by whom and why, also what is no longer held for true',
        params: GridThingParams,
        response: { 200: GridRecordsSchema },
      },
    },
    (request) => {
      const { kind, id } = request.params;
      const items = parts.get('registry').recordsOf(kind, id, MAX_RECORDS).map(recordAnswer);
      if (items.length === 0) throw notThere(kind, id);
      return { items };
    },
  );
}

function thingAnswer(registry: GridRegistry, { kind, id }: { kind: GridKind; id: string }, time: GridTime) {
  const history = registry.knowledge(time.knownMs).get(kind)?.get(id) ?? [];
  if (history.length === 0) throw notThere(kind, id);
  const thing: Thing | undefined = registry.snapshot(time).get(kind, id);
  return {
    item: thing ? entityOf(thing) : null,
    version: registry.versionOf(kind, id),
    ratio: kind === 'meters' ? ratioAt(registry.snapshot(time), id) : null,
    history: history.map((row) => entityOf(row)),
  };
}

function ratioAt(snapshot: GridSnapshot, id: string): number | null {
  const meter = snapshot.get('meters', id);
  return meter ? meterRatio(meter.fields) : null;
}

function notThere(kind: GridKind, id: string): GridwardenError {
  return new GridwardenError('NOT_FOUND', `There is nothing in ${kind} with the id ${id}`);
}

function patchRoute(api: Api, { parts, settings: { timeZone } }: ApiContext): void {
  api.patch(
    '/grid/:kind/:id',
    {
      config: { role: 'engineer' },
      schema: {
        operationId: 'changeGridThing',
        tags,
        summary: 'Changes a thing from a moment on; what was before stays history',
        description:
          'Names the version that was seen, in If-Match or `version`; another one is answered with VERSION_CONFLICT.',
        params: GridThingParams,
        body: GridPatchSchema,
        response: { 200: GridThingSchema },
      },
    },
    (request, reply) => {
      const registry = parts.get('registry');
      const { kind, id } = request.params;
      const { set = {}, from, to, end, correction, reason } = request.body;
      const version = request.body.version ?? matchOf(request.headers['if-match']);
      const actor = actorOf(request);
      const moment = (name: string, text: string | undefined) =>
        text === undefined ? undefined : parseWhen(name, text, timeZone);
      const order = { kind, id, version, set, correction, reason, actor: actor.name };
      const times = { fromMs: moment('from', from), toMs: moment('to', to), endMs: moment('end', end) };
      const problems = changeThing(registry, { ...order, ...times });
      if (problems.length > 0) throw invalidRequest('change', problems);
      parts
        .get('audit')
        .record({ actor, action: 'grid.change', subject: `${kind}/${id}`, detail: { ...request.body } });
      const answer = thingAnswer(registry, request.params, {});
      reply.header('etag', `"${answer.version}"`);
      return answer;
    },
  );
}

/** The version in an If-Match header. */
function matchOf(header: string | undefined): number {
  const version = /^(?:W\/)?"(\d{1,15})"$/.exec(header?.trim() ?? '')?.[1];
  if (version !== undefined) return Number(version);
  throw invalidRequest('change', [
    { path: 'version', message: 'name the version that you have seen, here or in If-Match: "7"; GET answers it' },
  ]);
}
