import type { FleetConfig, SimulatedDeviceConfig } from '../config.ts';
import type { ConnectionSettings } from '../physics/electrical.ts';
import { between, keyOf, mix, uniform } from '../physics/hash.ts';
import { type Load, SumLoad } from '../physics/load.ts';
import { HABITS, LoadShape, localDayStartMs } from '../physics/load-shape.ts';
import { type MeasuredDevice, Meter } from './meter.ts';
import { TransformerSensor } from './transformer-sensor.ts';

/** Registers count from this day, whenever the fleet is started, so that a restarted fleet goes on. */
const ORIGIN_MS = Date.UTC(2024, 0, 1);

/**
 * The physical models of a fleet's devices. Supply meters measure the sum of their customers, sensors the heat of a
 * meter's load; cycles are not possible, because both refer to customers or supply meters only (checked by
 * `fleetProblems`).
 */
export function buildDevices(config: FleetConfig): Map<string, MeasuredDevice> {
  const devices = new Map(config.gateways.flatMap((gateway) => gateway.devices.map((device) => [device.id, device])));
  const utcOffsetMs = config.utcOffsetMinutes * 60_000;
  const originMs = localDayStartMs(ORIGIN_MS, utcOffsetMs);
  const loads = new Map<string, Load>();

  const loadOf = (id: string): Load => {
    const known = loads.get(id);
    if (known) return known;
    const device = devices.get(id);
    const seed = mix(config.seed, keyOf(id));
    const load = device?.sumOf
      ? new SumLoad(device.sumOf.map(loadOf), device.lossShare ?? 0.02)
      : new LoadShape({ seed, habit: habitOf(device, seed), meanKw: meanKwOf(device, seed), utcOffsetMs, originMs });
    loads.set(id, load);
    return load;
  };

  const build = (device: SimulatedDeviceConfig): MeasuredDevice => {
    const seed = mix(config.seed, keyOf(device.id));
    const connection = connectionOf(device, seed, config.nominalVoltageV);
    if (device.loadOf === undefined) return new Meter({ seed, load: loadOf(device.id), connection, utcOffsetMs });
    const load = loadOf(device.loadOf);
    return new TransformerSensor({
      seed,
      load,
      tanPhi: connection.tanPhi,
      ratedKva: device.ratedKva ?? 400,
      utcOffsetMs,
    });
  };
  return new Map([...devices.values()].map((device) => [device.id, build(device)]));
}

function habitOf(device: SimulatedDeviceConfig | undefined, seed: number) {
  return device?.habit ?? HABITS[uniform(seed, 3) < 0.85 ? 0 : 1] ?? 'household';
}

function meanKwOf(device: SimulatedDeviceConfig | undefined, seed: number): number {
  return device?.meanKw ?? between(seed, 4, 0.2, 1.1);
}

function connectionOf(device: SimulatedDeviceConfig, seed: number, nominalVoltageV: number): ConnectionSettings {
  const supply = device.sumOf !== undefined;
  return {
    seed,
    phaseShares: sharesOf(device, seed),
    tanPhi: between(seed, 5, 0.1, 0.45),
    nominalVoltageV,
    dropOhm: supply ? 0 : between(seed, 6, 0.05, 0.3),
  };
}

function sharesOf(device: SimulatedDeviceConfig, seed: number): readonly [number, number, number] {
  if (device.phase === 'a') return [1, 0, 0];
  if (device.phase === 'b') return [0, 1, 0];
  if (device.phase === 'c') return [0, 0, 1];
  const parts = [between(seed, 7, 0.7, 1.3), between(seed, 8, 0.7, 1.3), between(seed, 9, 0.7, 1.3)] as const;
  const sum = parts[0] + parts[1] + parts[2];
  return [parts[0] / sum, parts[1] / sum, parts[2] / sum];
}
