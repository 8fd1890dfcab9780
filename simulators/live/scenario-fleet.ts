import { setImmediate as yieldNow } from 'node:timers/promises';
import { type GridClock, seededRandom } from '../../edge/platform/clock.ts';
import { GridwardenError } from '../../edge/platform/errors.ts';
import type { Logger } from '../../edge/platform/log.ts';
import type { Service } from '../../edge/platform/process.ts';
import type { HostPort } from '../../edge/platform/units.ts';
import { type ModelCatalogue, modelNamed } from '../../edge/profiles/load.ts';
import type { ControlledFleet } from '../control/control-server.ts';
import { Unit } from '../devices/simulated-unit.ts';
import { startGateway } from '../modbus/gateway.ts';
import { keyOf, mix } from '../physics/hash.ts';
import { type AreaBlueprint, blueprintsOf } from '../scenario/blueprint.ts';
import type { Label } from '../scenario/labels.ts';
import { MeteredArea } from '../scenario/metered-area.ts';
import { planFaults } from '../scenario/plan-faults.ts';
import { placeOf, type Scenario } from '../scenario/scenario.ts';
import { FaultDesk, type ToldFault } from './fault-desk.ts';
import { LiveArea } from './live-area.ts';
import { LiveMeter } from './meter-device.ts';
import { type PlacedDevice, placeDevices } from './placement.ts';
import { LiveSensor } from './sensor-device.ts';
import type { FleetState } from './state-file.ts';

export interface ScenarioFleetSettings {
  readonly scenario: Scenario;
  readonly models: ModelCatalogue;
  readonly gridClock: GridClock;
  readonly logger: Logger;
  /** Of the first gateway; the others take the ports after it. Port 0: any free ports. */
  readonly listen: HostPort;
  readonly unitsPerPort?: number | undefined;
  /** How long a gateway takes for an answer. */
  readonly answerAfterMs?: number;
  /** Where an earlier run ended; without it the areas are computed from the scenario's origin on. */
  readonly state?: FleetState | undefined;
}

/** A device of a running fleet and where it is reached. */
export interface LiveDevice extends PlacedDevice {
  readonly port: number;
}

export interface ScenarioFleet extends Service, ControlledFleet {
  /** Port of each gateway. */
  readonly ports: readonly number[];
  readonly devices: ReadonlyMap<string, LiveDevice>;
  readonly faults: FaultDesk;
  labels(): readonly Label[];
  /** Computes what is due now in areas that nobody reads. */
  advance(): void;
  /** What a later run goes on from. */
  state(): FleetState;
}

const MAX_DEVICES = 200_000;
const MAX_GATEWAYS = 5000;
const PROGRESS_MS = 2000;
/** Areas that nobody reads are kept up so often, for so long at a time. */
const KEEP_UP_MS = 1000;
const KEEP_UP_BUDGET_MS = 20;

/**
 * Starts the devices of a scenario behind Modbus TCP gateways. When one cannot start, those that have are stopped again.
 * @throws GridwardenError ARGUMENT_INVALID, PORT_TAKEN
 */
export async function startScenarioFleet(settings: ScenarioFleetSettings): Promise<ScenarioFleet> {
  const { scenario, gridClock, logger } = settings;
  const blueprints = blueprintsOf(scenario);
  const placed = placeDevices(blueprints, settings.unitsPerPort);
  refuseTooMuch(settings, placed);
  const told = settings.state?.told ?? [];
  const lives = livesOf(settings, blueprints, told);
  await catchUp(lives, settings);
  const faults = new FaultDesk({ scenario, lives, planned: planFaults(scenario), told, gridClock });
  const gateways = await startGateways(settings, placed, lives, faults);
  const keepUp = setInterval(() => advanceSome(lives, gridClock.nowMs(), KEEP_UP_BUDGET_MS), KEEP_UP_MS);
  const ports = gateways.map(({ port }) => port);
  logger.info({ scenario: scenario.name, gateways: ports.length, devices: placed.length }, 'simulated fleet is up');
  return {
    ports,
    devices: new Map(placed.map((device) => [device.id, { ...device, port: ports[device.gateway] ?? 0 }])),
    places: new Set(blueprints.map(({ id }) => id)),
    faults,
    tell: (request) => faults.tell(request),
    end: (device) => faults.end(device),
    labels: () => faults.labels(),
    advance: () => advanceSome(lives, gridClock.nowMs(), Number.POSITIVE_INFINITY),
    state: () => ({ areas: lives.map((live) => live.state), told: faults.told }),
    async stop() {
      clearInterval(keepUp);
      await Promise.all(gateways.map((gateway) => gateway.stop()));
    },
  };
}

function refuseTooMuch({ scenario, listen, gridClock }: ScenarioFleetSettings, placed: readonly PlacedDevice[]): void {
  const gateways = (placed.at(-1)?.gateway ?? 0) + 1;
  const refuse = (message: string) => new GridwardenError('ARGUMENT_INVALID', `${scenario.name}: ${message}`);
  if (placed.length > MAX_DEVICES) throw refuse(`${placed.length} devices are more than ${MAX_DEVICES}`);
  if (gateways > MAX_GATEWAYS) throw refuse(`${gateways} gateways are more than ${MAX_GATEWAYS}`);
  if (listen.port + gateways - 1 > 65_535) {
    throw refuse(`${gateways} gateways from port ${listen.port} on go beyond port 65535; choose a lower port`);
  }
  if (gridClock.nowMs() < scenario.originMs) {
    const now = new Date(gridClock.nowMs()).toISOString();
    throw refuse(`begins on ${scenario.file.start}, and it is ${now}; choose an earlier day with --origin`);
  }
}

function livesOf(
  { scenario, state }: ScenarioFleetSettings,
  blueprints: readonly AreaBlueprint[],
  told: readonly ToldFault[],
): LiveArea[] {
  const place = placeOf(scenario);
  const faults = [...planFaults(scenario), ...told.map(({ fault }) => fault)];
  return blueprints.map((blueprint, index) => {
    const area = new MeteredArea(blueprint, place, faults, state?.areas[index]);
    return new LiveArea(area, place);
  });
}

/** Computes the steps up to now, which takes a while when the scenario began long ago. */
async function catchUp(lives: readonly LiveArea[], { gridClock, logger }: ScenarioFleetSettings): Promise<void> {
  let saidMs = performance.now();
  for (const [index, live] of lives.entries()) {
    live.moveTo(gridClock.nowMs());
    if (performance.now() - saidMs < PROGRESS_MS) continue;
    saidMs = performance.now();
    logger.info({ areas: index + 1, of: lives.length }, 'computing the past of the scenario');
    await yieldNow();
  }
}

function advanceSome(lives: readonly LiveArea[], nowMs: number, budgetMs: number): void {
  const untilMs = performance.now() + budgetMs;
  for (const live of lives) {
    const step = live.stepOf(nowMs);
    while (live.area.step < step && performance.now() < untilMs) live.advance(step);
  }
}

async function startGateways(
  settings: ScenarioFleetSettings,
  placed: readonly PlacedDevice[],
  lives: readonly LiveArea[],
  faults: FaultDesk,
) {
  const byGateway = Map.groupBy(placed, ({ gateway }) => gateway);
  const gateways: (Service & { readonly port: number })[] = [];
  const { host, port } = settings.listen;
  try {
    for (const [index, devices] of byGateway) {
      const units = new Map(devices.map((device) => [device.unit, unitOf(device, settings, lives, faults)]));
      const listen = { host, port: port === 0 ? 0 : port + index };
      gateways.push(await startGateway({ listen, answerAfterMs: settings.answerAfterMs ?? 0, units }));
    }
  } catch (error) {
    await Promise.all(gateways.map((gateway) => gateway.stop()));
    throw error;
  }
  return gateways;
}

function unitOf(
  { id, model, area, meter }: PlacedDevice,
  { scenario, models, gridClock }: ScenarioFleetSettings,
  lives: readonly LiveArea[],
  faults: FaultDesk,
): Unit {
  const live = lives[area];
  if (!live) throw new RangeError(`${id} has no area`);
  const field = live.area.meters[meter];
  const state = mix(scenario.file.seed, keyOf(id));
  return new Unit({
    model: modelNamed(models, model),
    serial: String(10_000_000 + (state % 89_999_999)),
    measured: field ? new LiveMeter(live, meter) : new LiveSensor(live),
    answering: (timeMs) => faults.answering(id, timeMs) ?? live.area.answering(meter, live.stepOf(timeMs)),
    gridClock,
    random: seededRandom(state),
    utcOffsetMs: scenario.utcOffsetMs,
  });
}
