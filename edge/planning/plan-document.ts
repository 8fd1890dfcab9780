import { type BusForecast, type DeviceGroup, type VisitForecast, visitName } from '../modbus/forecast.ts';
import { addressOf } from '../modbus/transport/create.ts';
import type { EdgePlan, PlannedBus } from './forecasts.ts';

/** A plan as one JSON document. Shares are parts of 1, times milliseconds of this process. */
export function planDocument(file: string, { buses, learnedFile, learnedProblem }: EdgePlan): object {
  return {
    command: 'plan',
    config: file,
    ok: buses.every(({ overload }) => overload === undefined),
    learnedFile,
    ...(learnedProblem === undefined ? {} : { learnedProblem }),
    buses: buses.map(busDocument),
  };
}

function busDocument({ forecast, overload }: PlannedBus): object {
  const { config, share, boundaryMs, groups } = forecast;
  return {
    id: config.id,
    transport: config.transport,
    address: addressOf(config),
    share,
    boundaryMs,
    request: requestDocument(forecast),
    groups: groups.map(groupDocument),
    ...(overload === undefined ? {} : { overload }),
  };
}

function requestDocument({ cost, measured }: BusForecast): object {
  const { byteMs, latencyMs, gapMs, frameBytes } = cost;
  const source = measured === undefined ? 'assumed' : 'measured';
  const at = measured === undefined ? {} : { measuredAtMs: measured.measuredAtMs };
  return { source, ...at, frameBytes, byteMs, latencyMs, gapMs };
}

function groupDocument({ model, devices, intervalsMs, learned, visits, share }: DeviceGroup): object {
  return {
    model: model.name,
    devices: devices.map(({ id, unit }) => ({ id, unit })),
    intervalsMs,
    share,
    visits: visits.map(visitDocument),
    learned,
  };
}

function visitDocument(visit: VisitForecast): object {
  const { intervalMs, everyMs, requests, registers, bytes, wireMs, tookMs, plan } = visit;
  const blocks = plan.blocks.map(({ functionCode, address, count }) => ({ functionCode, address, count }));
  const refused = plan.refused.map(({ functionCode, address, count }) => ({ functionCode, address, count }));
  return { read: visitName(visit), intervalMs, everyMs, requests, registers, bytes, wireMs, tookMs, blocks, refused };
}
