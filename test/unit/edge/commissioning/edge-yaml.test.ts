import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { edgeYaml, fastInterval } from '../../../../edge/commissioning/edge-yaml.ts';
import { loadEdgeConfig } from '../../../../edge/load-config.ts';
import { codeOf } from '../../../../edge/platform/errors.ts';
import { loadModels, modelNamed } from '../../../../edge/profiles/load.ts';

const models = loadModels();
const meter = { model: modelNamed(models, 'eastron/sdm630'), tookMs: 80 };
const relay = { model: modelNamed(models, 'ziehl/tr1200'), tookMs: 40 };
const edge = {
  group: 'east',
  node: 'agent-1',
  primaryHost: 'gridwarden',
  broker: 'mqtt://127.0.0.1:1883',
  profiles: [],
  bus: { transport: 'tcp', host: '10.0.0.7' },
  devices: [{ ...meter, unit: 1, serial: '20345678' }],
};

test('what it writes is a configuration that the edge takes', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'gridwarden-init-')), 'edge.yaml');
  writeFileSync(file, edgeYaml(file, { ...edge, devices: [...edge.devices, { ...relay, unit: 2 }] }));
  const { config } = loadEdgeConfig(file);
  expect(config).toMatchObject({ group: 'east', node: 'agent-1', broker: { urls: ['mqtt://127.0.0.1:1883'] } });
  expect(config.buses[0]).toMatchObject({ transport: 'tcp', host: '10.0.0.7', port: 502 });
  expect(config.buses[0]?.devices.map(({ id, model, unit }) => [id, model, unit])).toEqual([
    ['M-20345678', 'eastron/sdm630', 1],
    ['T-2', 'ziehl/tr1200', 2],
  ]);
});

test('ids are different, and have nothing in them that topics reserve', () => {
  const twins = [1, 2].map((unit) => ({ ...meter, unit, serial: 'A/1 #7' }));
  const text = edgeYaml('edge.yaml', { ...edge, devices: twins });
  expect(text).toContain('id: M-A-1-7,');
  expect(text).toContain('id: M-A-1-7-2,');
});

test('what the edge would refuse is not written', () => {
  const refused = () => edgeYaml('edge.yaml', { ...edge, group: 'east/west' });
  try {
    refused();
    expect.unreachable();
  } catch (error) {
    expect(codeOf(error)).toBe('CONFIG_INVALID');
    expect(String(error)).toMatch(/edge\.yaml:\d+: group: must be/);
  }
});

test.each([
  [20, '1s'],
  [500, '1s'],
  [501, '2s'],
  [4000, '10s'],
  [60_000, '1m'],
])('a bus that is busy %d ms a round is read every %s', (busyMs, every) => expect(fastInterval(busyMs)).toBe(every));
