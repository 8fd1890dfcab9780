import { describe, expect, it } from 'vitest';
import { EdgeConfigSchema } from '../../../edge/config.ts';
import { checkBuses } from '../../../edge/modbus/check.ts';
import { loadConfig } from '../../../edge/platform/config.ts';
import { codeOf } from '../../../edge/platform/errors.ts';
import { loadModels } from '../../../edge/profiles/load.ts';

/** Sparkplug 3.0.0, sections 1.4.1.8 and 4.1: what ids of an edge may be. They come from its configuration only. */
function load(ids: {
  readonly group?: string;
  readonly node?: string;
  readonly device?: string;
  readonly second?: string;
}) {
  const device = (id: string, unit: number) => ({ id, model: 'eastron/sdm630', unit, every: '1s' });
  const devices = [device(ids.device ?? 'M-1', 1), ...(ids.second === undefined ? [] : [device(ids.second, 2)])];
  const text = JSON.stringify({
    group: ids.group ?? 'east',
    node: ids.node ?? 'agent-1',
    broker: { urls: ['mqtt://127.0.0.1:1883'] },
    outbox: { path: 'outbox.sqlite' },
    buses: [{ id: 'gw1', transport: 'tcp', host: '127.0.0.1', port: 1502, devices }],
  });
  const loaded = loadConfig(EdgeConfigSchema, { file: 'edge.yaml', text });
  loaded.reject(checkBuses(loaded.value.buses, loadModels()));
  return loaded.value;
}

function refuses(ids: Parameters<typeof load>[0]): boolean {
  try {
    load(ids);
    return false;
  } catch (error) {
    expect(codeOf(error)).toBe('CONFIG_INVALID');
    return true;
  }
}

const RESERVED = ['a+b', 'a/b', '#', '+', '/', ''];
const FORBIDDEN = ['a\u0000b', '\u0007', 'a\u009f'];
const FREE = ['east', '东区 1', 'a.b-c_d', 'ß', '$SYS', '🔌', ' '];

describe.each([
  { key: 'group', chars: 'tck-id-intro-group-id-chars', valid: 'tck-id-topic-structure-namespace-valid-group-id' },
  {
    key: 'node',
    chars: 'tck-id-intro-edge-node-id-chars',
    valid: 'tck-id-topic-structure-namespace-valid-edge-node-id',
  },
  { key: 'device', chars: 'tck-id-intro-device-id-chars', valid: 'tck-id-topic-structure-namespace-valid-device-id' },
] as const)('the id of a $key', ({ key, chars, valid }) => {
  it(`${valid}: is any UTF-8 text without + / #`, () => {
    for (const id of RESERVED) expect([id, refuses({ [key]: id })]).toEqual([id, true]);
    for (const id of FREE) expect([id, refuses({ [key]: id })]).toEqual([id, false]);
  });

  it(`${chars}: holds only characters that topics may hold`, () => {
    for (const id of FORBIDDEN) expect([id, refuses({ [key]: id })]).toEqual([id, true]);
  });
});

it('tck-id-topic-structure-namespace-unique-device-id: no two devices have the same id', () => {
  expect(refuses({ device: 'M-1', second: 'M-2' })).toBe(false);
  expect(refuses({ device: 'M-1', second: 'M-1' })).toBe(true);
});
