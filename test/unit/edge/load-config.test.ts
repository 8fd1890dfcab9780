import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadEdgeConfig } from '../../../edge/load-config.ts';
import { messageOf } from '../../../edge/platform/errors.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gridwarden-config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const EDGE = `group: east
node: agent-1
primaryHost: gridwarden
broker: { urls: [mqtt://127.0.0.1:1883] }
outbox: { path: data/outbox.sqlite, maxBytes: 1GiB }
buses:
  - id: gw1
    transport: tcp
    host: 127.0.0.1
    port: 1502
    devices:
      - { id: M-1, model: eastron/sdm630, unit: 1, every: 1s }
`;

function load(text: string) {
  const file = join(folder, 'edge.yaml');
  writeFileSync(file, text);
  return loadEdgeConfig(file);
}

function problemsOf(text: string): string {
  try {
    load(text);
  } catch (error) {
    return messageOf(error).replaceAll(`${join(folder, 'edge.yaml')}:`, '');
  }
  return '';
}

it('takes the example of the manual, with the models that come along', () => {
  const { config, models, file } = load(EDGE);
  expect(config.buses[0]?.devices[0]?.model).toBe('eastron/sdm630');
  expect(models.has('eastron/sdm630')).toBe(true);
  expect(file).toBe(join(folder, 'edge.yaml'));
});

it.each([
  ['a model that there is not', EDGE.replace('sdm630', 'sdm63'), /^12: .*eastron\/sdm630/],
  ['two devices of one id', `${EDGE}      - { id: M-1, model: eastron/sdm120, unit: 2, every: 1s }\n`, /^13: .*M-1/],
  ['two devices of one unit', `${EDGE}      - { id: M-2, model: eastron/sdm120, unit: 1, every: 1s }\n`, /^13: .*unit/],
  ['an outbox that holds nothing', EDGE.replace('1GiB', '1kB'), /^5: outbox.maxBytes: must be at least 1MiB$/],
  [
    'a password that cannot be read',
    EDGE.replace('1883]', '1883], passwordFile: none'),
    /^4: broker.passwordFile: the file .*none cannot be read$/,
  ],
  [
    'metrics for everyone',
    `${EDGE}metrics: { listen: 0.0.0.0:9464 }\n`,
    /^13: metrics.listen: must be an address of this machine such as 127.0.0.1:9464/,
  ],
  [
    'a port that there is not',
    `${EDGE}metrics: { listen: 127.0.0.1:70000 }\n`,
    /^13: metrics.listen: a port is at most 65535/,
  ],
])('%s is refused where it stands', (_, text, pattern) => expect(problemsOf(text)).toMatch(pattern));

it('metrics on this machine are allowed', () => {
  for (const listen of ['127.0.0.1:9464', '"[::1]:9464"', 'localhost:0']) {
    expect(problemsOf(`${EDGE}metrics: { listen: ${listen} }\n`)).toBe('');
  }
});
