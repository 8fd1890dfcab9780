import { GridwardenError } from '../../edge/platform/errors.ts';
import type { DeviceState, LiveState } from '../live/live-state.ts';
import type { DeviceRow } from '../live/protocol.ts';
import { deviceRow } from '../live/rows-board.ts';
import { IdParams } from './common.schema.ts';
import {
  DeviceMetricsQuery,
  DeviceMetricsSchema,
  DeviceSchema,
  DevicesPageSchema,
  DevicesQuery,
  type Metric,
} from './devices.schema.ts';
import { pageOf } from './page.ts';
import type { ApiContext } from './parts.ts';
import type { Api } from './route.ts';
import { metricsOf } from './rows.ts';
import { csvBody, type Table, timeCell, wantsCsv } from './table.ts';

/** Devices (meters, transformer sensors) and their latest values. */
export function deviceRoutes(api: Api, { parts }: ApiContext): void {
  api.get(
    '/devices',
    {
      config: { role: 'viewer', csv: true },
      schema: {
        operationId: 'listDevices',
        tags: ['devices'],
        summary: 'Devices, by id',
        querystring: DevicesQuery,
        response: { 200: DevicesPageSchema },
      },
    },
    (request, reply) => {
      const { limit, cursor, format: _format, ...filters } = request.query;
      const page = pageOf(select(parts.get('host').state, filters), ({ id }) => id, { limit, cursor, filters });
      const rows = page.items.map(deviceRow);
      if (wantsCsv(request)) return csvBody(reply, 'devices', deviceTable(rows));
      return { ...page, items: rows };
    },
  );

  api.get(
    '/devices/:id',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'getDevice',
        tags: ['devices'],
        summary: 'One device with the latest value of each metric',
        params: IdParams,
        response: { 200: DeviceSchema },
      },
    },
    (request) => {
      const { state } = parts.get('host');
      const device = findDevice(state, request.params.id);
      return { ...deviceRow(device), serial: device.serial ?? null, metrics: metricsOf(state, device) };
    },
  );

  api.get(
    '/devices/:id/metrics',
    {
      config: { role: 'viewer', csv: true },
      schema: {
        operationId: 'listDeviceMetrics',
        tags: ['devices'],
        summary: 'The latest value of each metric of a device',
        params: IdParams,
        querystring: DeviceMetricsQuery,
        response: { 200: DeviceMetricsSchema },
      },
    },
    (request, reply) => {
      const { state } = parts.get('host');
      const device = findDevice(state, request.params.id);
      const metrics = metricsOf(state, device);
      if (wantsCsv(request)) return csvBody(reply, `${device.id}-metrics`, metricTable(metrics));
      return { device: device.id, metrics };
    },
  );
}

/** @throws GridwardenError NOT_FOUND */
export function findDevice(state: LiveState, id: string): DeviceState {
  const device = state.devices.get(id);
  if (device === undefined) throw new GridwardenError('NOT_FOUND', `There is no device ${id}`);
  return device;
}

type Filters = Pick<DevicesQuery, 'state' | 'model' | 'agent' | 'q'>;

function select(state: LiveState, filters: Filters): DeviceState[] {
  const text = filters.q?.trim().toLowerCase();
  const found: DeviceState[] = [];
  for (const device of state.devices.values()) {
    if (filters.state !== undefined && device.presence !== filters.state) continue;
    if (filters.model !== undefined && device.model !== filters.model) continue;
    if (filters.agent !== undefined && device.agent !== filters.agent) continue;
    if (text && !mentions(device, text)) continue;
    found.push(device);
  }
  return found;
}

function mentions(device: DeviceState, text: string): boolean {
  const { id, agent, model, serial } = device;
  return [id, agent, model, serial].some((field) => field?.toLowerCase().includes(text));
}

function deviceTable(rows: readonly DeviceRow[]): Table {
  return {
    columns: ['id', 'agent', 'model', 'kind', 'presence', 'since', 'last_reading'],
    rows: rows.map((row) => [
      row.id,
      row.agent,
      row.model,
      row.kind,
      row.presence,
      timeCell(row.sinceMs),
      timeCell(row.lastReadingMs),
    ]),
  };
}

function metricTable(metrics: readonly Metric[]): Table {
  return {
    columns: ['metric', 'time', 'value', 'unit', 'quality', 'stale'],
    rows: metrics.map(({ metric, timeMs, value, unit, quality, stale }) => [
      metric,
      timeCell(timeMs),
      value,
      unit,
      quality,
      stale,
    ]),
  };
}
