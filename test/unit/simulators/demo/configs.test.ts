import { describe, expect, it } from 'vitest';
import { EdgeConfigSchema } from '../../../../edge/config.ts';
import { loadConfig } from '../../../../edge/platform/config.ts';
import { ServerConfigSchema } from '../../../../server/config.ts';
import { agentFiles, demoFiles } from '../../../../simulators/demo/configs.ts';
import { placeDevices } from '../../../../simulators/live/placement.ts';
import { blueprintsOf } from '../../../../simulators/scenario/blueprint.ts';
import { changedScenario } from '../../../../simulators/scenario/resized.ts';
import { loadScenario } from '../../../../simulators/scenario/scenario.ts';

const PORTS = { http: 8080, broker: 15_020, control: 15_021, gateways: 15_022 };

function demoOf(devices: number) {
  const placed = placeDevices(blueprintsOf(changedScenario(loadScenario('demo'), { devices })));
  return { placed, files: demoFiles(placed, PORTS) };
}

const textOf = (files: ReturnType<typeof demoFiles>, name: string) =>
  files.find((file) => file.name === name)?.text ?? '';

describe('demoFiles', () => {
  it.each([3, 20, 200])('writes files for %d devices that the parts accept', (devices) => {
    const { placed, files } = demoOf(devices);
    const server = loadConfig(ServerConfigSchema, { file: 'server.yaml', text: textOf(files, 'server.yaml') });
    expect(server.value.simulated).toBe(true);
    const agents = agentFiles(files).map(
      (name) => loadConfig(EdgeConfigSchema, { file: name, text: textOf(files, name) }).value,
    );
    const read = agents.flatMap((agent) => agent.buses.flatMap((bus) => bus.devices.map(({ id }) => id)));
    expect(read.sort()).toEqual(placed.map(({ id }) => id).sort());
    expect(read).toHaveLength(devices);
    expect(agents.length).toBe(devices < 6 ? 1 : 2);
  });

  it('lets each agent read a device at the port and unit where the fleet has it', () => {
    const { placed, files } = demoOf(60);
    const place = new Map(
      placed.map(({ id, gateway, unit, model }) => [id, `127.0.0.1:${15_022 + gateway} ${unit} ${model}`]),
    );
    for (const name of agentFiles(files)) {
      const { buses } = loadConfig(EdgeConfigSchema, { file: name, text: textOf(files, name) }).value;
      for (const bus of buses) {
        if (bus.transport !== 'tcp') throw new Error('a bus that is none over TCP');
        for (const { id, unit, model } of bus.devices) {
          expect(`${bus.host}:${bus.port} ${unit} ${model}`).toBe(place.get(id));
        }
      }
    }
  });
});
