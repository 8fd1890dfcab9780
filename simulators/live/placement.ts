import type { AreaBlueprint } from '../scenario/blueprint.ts';
import { meterModel, SENSOR_MODEL } from '../scenario/device-models.ts';

/** A device of a scenario and where it is reached. */
export interface PlacedDevice {
  readonly id: string;
  readonly model: string;
  readonly unit: number;
  /** Which of the fleet's gateways. */
  readonly gateway: number;
  /** Which of the scenario's areas, and which of its meters; −1 is the sensor at the transformer. */
  readonly area: number;
  readonly meter: number;
  readonly areaId: string;
}

/** Units of a Modbus gateway: 1 to 247. */
export const MOST_UNITS = 247;

/**
 * Puts the devices of areas behind gateways: customers, then the gateway meter, then the sensor. Each area has gateways of its
 * own; with `unitsPerPort` the devices of all areas follow one another, so many to a gateway.
 */
export function placeDevices(blueprints: readonly AreaBlueprint[], unitsPerPort?: number): PlacedDevice[] {
  const placed: PlacedDevice[] = [];
  const most = unitsPerPort ?? MOST_UNITS;
  let [gateway, unit] = [0, 0];
  for (const [area, blueprint] of blueprints.entries()) {
    if (unitsPerPort === undefined && unit > 0) [gateway, unit] = [gateway + 1, 0];
    for (const meter of [...blueprint.meters.keys()].slice(1).concat(0, -1)) {
      if (unit === most) [gateway, unit] = [gateway + 1, 0];
      unit += 1;
      const planned = blueprint.meters[meter];
      const id = planned?.id ?? blueprint.transformer;
      placed.push({
        id,
        model: planned ? meterModel(planned) : SENSOR_MODEL,
        unit,
        gateway,
        area,
        meter,
        areaId: blueprint.id,
      });
    }
  }
  return placed;
}
