import { describe, expect, it } from 'vitest';
import { placeDevices } from '../../../../simulators/live/placement.ts';
import { blueprintsOf } from '../../../../simulators/scenario/blueprint.ts';
import { changedScenario } from '../../../../simulators/scenario/resized.ts';
import { loadScenario } from '../../../../simulators/scenario/scenario.ts';

function blueprints(name: string, devices?: number) {
  const scenario = changedScenario(loadScenario(name), { devices });
  return blueprintsOf(scenario);
}

describe('devices behind gateways', () => {
  it('have an address of their own each', () => {
    for (const unitsPerPort of [undefined, 1, 7, 200, 247]) {
      const placed = placeDevices(blueprints('demo'), unitsPerPort);
      const addresses = new Set(placed.map(({ gateway, unit }) => `${gateway} ${unit}`));
      expect(addresses.size).toBe(placed.length);
      expect(new Set(placed.map(({ id }) => id)).size).toBe(placed.length);
      expect(Math.max(...placed.map(({ unit }) => unit))).toBeLessThanOrEqual(unitsPerPort ?? 247);
      expect(Math.min(...placed.map(({ unit }) => unit))).toBe(1);
    }
  });

  it('stand behind the gateway of their area, or many to a port', () => {
    const areas = blueprints('demo');
    const own = placeDevices(areas);
    expect(own.every(({ gateway, area }) => gateway === area)).toBe(true);
    expect(placeDevices(areas, 200).at(-1)?.gateway).toBe(Math.ceil(own.length / 200) - 1);
  });

  it('need more gateways where an area has more than a gateway takes', () => {
    const placed = placeDevices(blueprints('area', 300));
    expect(placed).toHaveLength(300);
    expect(placed.at(-1)?.gateway).toBe(1);
  });
});
