import { GridwardenError } from '../../edge/platform/errors.ts';
import { GOOD, qualityOf } from '../../edge/protocol/quality.ts';
import type { DeviceState, LiveState } from '../live/live-state.ts';
import { pageOf } from './page.ts';
import type { ApiContext } from './parts.ts';
import { type Latest, LatestQuery, LatestSchema, MAX_LATEST_DEVICES, MAX_LATEST_VALUES } from './readings.schema.ts';
import type { Api } from './route.ts';
import { latestValue } from './rows.ts';
import { type Cell, csvBody, type Table, timeCell, wantsCsv } from './table.ts';
import { invalidParameter } from './validation.ts';

const NEVER_SEEN = 255;

type Column = Latest['metrics'][number];

/** The latest values of many devices, from live state. */
export function latestRoutes(api: Api, { parts, gridClock }: ApiContext): void {
  api.get(
    '/readings/latest',
    {
      config: { role: 'viewer', csv: true },
      schema: {
        operationId: 'listLatest',
        tags: ['readings'],
        summary: 'The latest values of many devices, in columns',
        description: `At most ${MAX_LATEST_DEVICES} devices and ${MAX_LATEST_VALUES} values; name metrics to ask for less.`,
        querystring: LatestQuery,
        response: { 200: LatestSchema },
      },
    },
    (request, reply) => {
      const { state } = parts.get('host');
      const { devices, unknown, next } = chosen(state, request.query);
      const metrics = request.query.metrics === undefined ? undefined : new Set(listOf(request.query.metrics));
      const nowMs = gridClock.nowMs();
      const columns = latestColumns(state, devices, metrics, nowMs);
      const answer: Latest = { nowMs, devices: devices.map(({ id }) => id), unknown, metrics: columns, next };
      return wantsCsv(request) ? csvBody(reply, 'latest', latestTable(answer)) : answer;
    },
  );
}

interface Chosen {
  readonly devices: readonly DeviceState[];
  readonly unknown: string[];
  readonly next: string | null;
}

function chosen(state: LiveState, { devices, limit, cursor }: LatestQuery): Chosen {
  if (devices === undefined) {
    const page = pageOf(state.devices.values(), ({ id }) => id, { limit, cursor, filters: {} });
    return { devices: page.items, unknown: [], next: page.next };
  }
  const ids = listOf(devices);
  if (ids.length > MAX_LATEST_DEVICES) throw invalidParameter('devices', `at most ${MAX_LATEST_DEVICES} at once`);
  if (cursor !== undefined) throw invalidParameter('cursor', 'belongs to a question without devices');
  const unknown = ids.filter((id) => !state.devices.has(id));
  return { devices: ids.flatMap((id) => state.devices.get(id) ?? []), unknown, next: null };
}

/** A column a metric, with a place for each device; made in one walk over the slots. */
function latestColumns(
  state: LiveState,
  devices: readonly DeviceState[],
  wanted: ReadonlySet<string> | undefined,
  nowMs: number,
): Column[] {
  const columns = new Map<string, Column>();
  for (const [place, device] of devices.entries()) {
    for (const index of device.slots) {
      const slot = state.slots[index];
      if (slot === undefined || (wanted && !wanted.has(slot.metric))) continue;
      const column = columns.get(slot.metric) ?? addColumn(columns, slot.metric, slot.unit, devices.length);
      const timeMs = state.timeMs(index);
      column.values[place] = latestValue(state, index);
      column.agesMs[place] = timeMs === 0 ? null : Math.round(nowMs - timeMs);
      column.quality[place] = state.quality(index);
      column.stale[place] = state.isStale(index) ? 1 : 0;
    }
  }
  return [...columns.values()];
}

function addColumn(columns: Map<string, Column>, metric: string, unit: string, length: number): Column {
  if ((columns.size + 1) * length > MAX_LATEST_VALUES) {
    throw new GridwardenError(
      'RANGE_TOO_LARGE',
      `More than ${MAX_LATEST_VALUES} values: name metrics or fewer devices`,
    );
  }
  const column: Column = {
    metric,
    unit,
    values: new Array<null>(length).fill(null),
    agesMs: new Array<null>(length).fill(null),
    quality: new Array<number>(length).fill(NEVER_SEEN),
    stale: new Array<number>(length).fill(1),
  };
  columns.set(metric, column);
  return column;
}

function latestTable(latest: Latest): Table {
  return {
    columns: ['device', 'metric', 'time', 'value', 'unit', 'quality', 'stale'],
    rows: latestRows(latest),
  };
}

function* latestRows({ nowMs, devices, metrics }: Latest): Generator<Cell[]> {
  for (const [place, device] of devices.entries()) {
    for (const { metric, unit, values, agesMs, quality, stale } of metrics) {
      const code = quality[place] ?? NEVER_SEEN;
      if (code === NEVER_SEEN) continue;
      const ageMs = agesMs[place];
      const time = ageMs === null || ageMs === undefined ? null : timeCell(nowMs - ageMs);
      yield [device, metric, time, values[place] ?? null, unit, qualityOf(code ?? GOOD), stale[place] === 1];
    }
  }
}

function listOf(text: string): string[] {
  return [...new Set(text.split(',').filter((name) => name !== ''))];
}
