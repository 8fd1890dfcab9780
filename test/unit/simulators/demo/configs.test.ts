import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { EdgeConfigSchema } from '../../../../edge/config.ts';
import { loadConfig } from '../../../../edge/platform/config.ts';
import { loadModels } from '../../../../edge/profiles/load.ts';
import { ServerConfigSchema } from '../../../../server/config.ts';
import { FleetConfigSchema } from '../../../../simulators/config.ts';
import { agentFiles, demoFiles } from '../../../../simulators/demo/configs.ts';
import { demoDistrict } from '../../../../simulators/demo/district.ts';
import { fleetProblems } from '../../../../simulators/fleet-check.ts';

const ports = (areas: number) => ({
  http: 8080,
  broker: 15_020,
  control: 15_021,
  gateways: Array.from({ length: areas }, (_, index) => 15_022 + index),
});

function filesOf(devices: number, seed = 1) {
  const areas = demoDistrict(devices, seed);
  return demoFiles(areas, ports(areas.length), seed);
}

const textOf = (files: ReturnType<typeof filesOf>, name: string) =>
  files.find((file) => file.name === name)?.text ?? '';

describe('demoDistrict', () => {
  it.each([1, 2, 3, 20, 21, 200, 999])('has exactly %d devices, ids and units used once', (devices) => {
    const all = demoDistrict(devices, 1).flatMap((area) => area.devices);
    expect(all).toHaveLength(devices);
    expect(new Set(all.map(({ id }) => id)).size).toBe(devices);
    for (const area of demoDistrict(devices, 1)) {
      expect(new Set(area.devices.map(({ unit }) => unit)).size).toBe(area.devices.length);
    }
  });

  it('is another district with another seed, and the same with the same', () => {
    expect(demoDistrict(40, 2)).toEqual(demoDistrict(40, 2));
    expect(demoDistrict(40, 3)).not.toEqual(demoDistrict(40, 2));
  });
});

describe('demoFiles', () => {
  it.each([1, 20, 200])('writes files for %d devices that the parts accept', (devices) => {
    const files = filesOf(devices);
    const fleet = loadConfig(FleetConfigSchema, { file: 'fleet.yaml', text: textOf(files, 'fleet.yaml') });
    expect(fleetProblems(fleet.value, loadModels())).toEqual([]);
    expect(
      loadConfig(ServerConfigSchema, { file: 'server.yaml', text: textOf(files, 'server.yaml') }).value.simulated,
    ).toBe(true);
    const agents = agentFiles(files).map(
      (name) => loadConfig(EdgeConfigSchema, { file: name, text: textOf(files, name) }).value,
    );
    const read = agents.flatMap((agent) => agent.buses.flatMap((bus) => bus.devices.map(({ id }) => id)));
    const simulated = fleet.value.gateways.flatMap((gateway) => gateway.devices.map(({ id }) => id));
    expect(read.sort()).toEqual(simulated.sort());
  });

  it('lets each agent read a device at the port and unit where the fleet has it', () => {
    const files = filesOf(60);
    const fleet = parse(textOf(files, 'fleet.yaml'));
    const place = new Map<string, string>();
    for (const gateway of fleet.gateways) {
      for (const device of gateway.devices) place.set(device.id, `${gateway.listen} ${device.unit} ${device.model}`);
    }
    for (const name of agentFiles(files)) {
      for (const bus of parse(textOf(files, name)).buses) {
        for (const device of bus.devices) {
          expect(`${bus.host}:${bus.port} ${device.unit} ${device.model}`).toBe(place.get(device.id));
        }
      }
    }
  });
});
