import { type GridClock, seededRandom } from '../edge/platform/clock.ts';
import { GridwardenError } from '../edge/platform/errors.ts';
import type { Logger } from '../edge/platform/log.ts';
import type { Service } from '../edge/platform/process.ts';
import { durationMs, parseListen } from '../edge/platform/units.ts';
import { type ModelCatalogue, modelNamed } from '../edge/profiles/load.ts';
import type { FaultRequest, FleetConfig, SimulatedDeviceConfig } from './config.ts';
import type { ControlledFleet } from './control/control-server.ts';
import { buildDevices } from './devices/build.ts';
import { Unit } from './devices/simulated-unit.ts';
import { type Fault, FaultBook } from './faults.ts';
import { CountedUnit } from './ledger/counted-unit.ts';
import { Ledger } from './ledger/ledger.ts';
import { startGateway } from './modbus/gateway.ts';
import { keyOf, mix } from './physics/hash.ts';
import { DEVICE_FAULTS, isDeviceFault } from './scenario/fault-kinds.ts';

export interface FleetDependencies {
  readonly models: ModelCatalogue;
  readonly gridClock: GridClock;
  readonly logger: Logger;
}

export interface Fleet extends Service, ControlledFleet {
  /** Port of each gateway, in the order of the configuration. */
  readonly ports: readonly number[];
  readonly devices: ReadonlyMap<string, SimulatedDeviceConfig>;
  readonly faults: FaultBook;
}

/**
 * Starts every gateway of a fleet. When one cannot start, those that have are stopped again.
 * @throws GridwardenError PORT_TAKEN, MODEL_UNKNOWN
 */
export async function startFleet(config: FleetConfig, dependencies: FleetDependencies): Promise<Fleet> {
  const { gridClock, models, logger } = dependencies;
  const startMs = gridClock.nowMs();
  const faults = new FaultBook(config.faults.map((fault) => plannedFault(fault, startMs)));
  const measured = buildDevices(config);
  const ledger = config.ledger === undefined ? undefined : Ledger.open(config.ledger, metricsByDevice(config, models));
  const unitOf = (device: SimulatedDeviceConfig) => {
    const state = mix(config.seed, keyOf(device.id));
    const measuredDevice = measured.get(device.id);
    if (!measuredDevice) throw new RangeError(`${device.id} was not built`);
    const { id } = device;
    const model = modelNamed(models, device.model);
    const serial = String(10_000_000 + (state % 89_999_999));
    const random = seededRandom(state);
    const utcOffsetMs = config.utcOffsetMinutes * 60_000;
    const unit = new Unit({
      model,
      serial,
      measured: measuredDevice,
      answering: (timeMs) => faults.at(id, timeMs)?.kind,
      gridClock,
      random,
      utcOffsetMs,
    });
    return ledger ? new CountedUnit({ id, model, serial, ledger, gridClock, behaviour: () => unit.behaviour() }) : unit;
  };
  const gateways: (Service & { readonly port: number })[] = [];
  const stop = async () => {
    await Promise.all(gateways.map((gateway) => gateway.stop()));
    await ledger?.stop();
  };
  try {
    for (const gateway of config.gateways) {
      const units = new Map(gateway.devices.map((device) => [device.unit, unitOf(device)]));
      gateways.push(
        await startGateway({
          listen: parseListen(gateway.listen),
          answerAfterMs: durationMs(gateway.answerAfter),
          units,
        }),
      );
    }
  } catch (error) {
    await stop();
    throw error;
  }
  const devices = new Map(config.gateways.flatMap(({ devices: list }) => list.map((device) => [device.id, device])));
  logger.info({ gateways: gateways.length, devices: devices.size }, 'simulated fleet is up');
  return {
    ports: gateways.map(({ port }) => port),
    devices,
    faults,
    tell: (request) => tell(faults, request, gridClock.nowMs()),
    end: (device) => faults.end(device, gridClock.nowMs()),
    labels: () => faults.all().map(labelOf),
    stop,
  };
}

/** @throws GridwardenError REQUEST_INVALID */
function tell(faults: FaultBook, { device, kind, for: lasting }: FaultRequest, fromMs: number) {
  if (!isDeviceFault(kind)) {
    const kinds = DEVICE_FAULTS.join(', ');
    throw new GridwardenError('REQUEST_INVALID', `A fleet without a scenario knows ${kinds}; ${kind} needs a scenario`);
  }
  const toMs = lasting === undefined ? Number.POSITIVE_INFINITY : fromMs + durationMs(lasting);
  faults.add({ device, kind, fromMs, toMs });
  return labelOf({ device, kind, fromMs, toMs });
}

function labelOf({ device, kind, fromMs, toMs }: Fault) {
  const to = Number.isFinite(toMs) ? new Date(toMs).toISOString() : null;
  return { device, kind, from: new Date(fromMs).toISOString(), to };
}

function metricsByDevice(config: FleetConfig, models: ModelCatalogue): Map<string, string[]> {
  const devices = config.gateways.flatMap((gateway) => gateway.devices);
  return new Map(devices.map(({ id, model }) => [id, modelNamed(models, model).registers.map(({ metric }) => metric)]));
}

function plannedFault(fault: FleetConfig['faults'][number], startMs: number) {
  const fromMs = startMs + durationMs(fault.after);
  const toMs = fault.for === undefined ? Number.POSITIVE_INFINITY : fromMs + durationMs(fault.for);
  return { device: fault.device, kind: fault.kind, fromMs, toMs };
}
