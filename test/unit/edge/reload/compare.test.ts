import { describe, expect, it } from 'vitest';
import type { BusConfig, EdgeConfig } from '../../../../edge/config.ts';
import { loadModels } from '../../../../edge/profiles/load.ts';
import { compareConfigs } from '../../../../edge/reload/compare.ts';

const models = loadModels();

function bus(
  id: string,
  devices: readonly string[],
  changes: { readonly every?: string; readonly host?: string } = {},
) {
  const { every = '1s', host = '127.0.0.1' } = changes;
  return {
    id,
    transport: 'tcp',
    host,
    port: 502,
    timeout: '1s',
    turnaround: '0ms',
    devices: devices.map((device, index) => ({ id: device, model: 'eastron/sdm120', unit: index + 1, every })),
  } satisfies BusConfig;
}

function edge(buses: BusConfig[], changes: Partial<EdgeConfig> = {}): EdgeConfig {
  return {
    group: 'east',
    node: 'agent-1',
    broker: { urls: ['mqtt://127.0.0.1:1883'] },
    outbox: { path: '/data/outbox.sqlite', maxBytes: '1GiB', maxAge: '90d' },
    buses,
    ...changes,
  };
}

/** What a file says that was read again: equal, and nothing of it the same object. */
function readAgain(config: EdgeConfig) {
  return { config: structuredClone(config), models: structuredClone(models) };
}

const NONE = { added: [], removed: [], changed: [] };
const before = edge([bus('one', ['M-1', 'M-2']), bus('two', ['M-3'])]);

describe('a configuration that is read again', () => {
  it('changes nothing when it says the same, and models stay the objects that they were', () => {
    const change = compareConfigs({ config: before, models }, readAgain(before));
    expect([change.buses, change.devices, change.needsRestart]).toEqual([NONE, NONE, []]);
    expect([...change.next.models.values()].every((model) => models.get(model.name) === model)).toBe(true);
  });

  it('names what came, what left and what is otherwise; a bus with another device is changed', () => {
    const after = edge([bus('three', ['M-5']), bus('one', ['M-1', 'M-4'])]);
    const { buses, devices, next } = compareConfigs({ config: before, models }, readAgain(after));
    expect(buses).toEqual({ added: ['three'], removed: ['two'], changed: ['one'] });
    expect(devices).toEqual({ added: ['M-5', 'M-4'], removed: ['M-2', 'M-3'], changed: [] });
    expect(next.config.buses.map(({ id }) => id)).toEqual(['three', 'one']);
  });

  it.each([
    ['another interval', edge([bus('one', ['M-1', 'M-2'], { every: '2s' }), bus('two', ['M-3'])]), ['M-1', 'M-2']],
    ['another address of the bus', edge([bus('one', ['M-1', 'M-2'], { host: '::1' }), bus('two', ['M-3'])]), []],
    ['another order of its devices', edge([bus('one', ['M-2', 'M-1']), bus('two', ['M-3'])]), ['M-2', 'M-1']],
  ])('%s changes the bus and no other', (_, after, changed) => {
    const change = compareConfigs({ config: before, models }, readAgain(after));
    expect([change.buses.changed, change.devices.changed]).toEqual([['one'], changed]);
  });

  it('a device that moves to another bus is changed, and so are both buses', () => {
    const after = edge([bus('one', ['M-1']), bus('two', ['M-3', 'M-2'])]);
    const { buses, devices } = compareConfigs({ config: before, models }, readAgain(after));
    expect([buses.changed, devices]).toEqual([['one', 'two'], { ...NONE, changed: ['M-2'] }]);
  });

  it('the order of the buses alone changes none of them', () => {
    const after = edge([bus('two', ['M-3']), bus('one', ['M-1', 'M-2'])]);
    expect(compareConfigs({ config: before, models }, readAgain(after)).buses).toEqual(NONE);
  });

  it('a model that was altered changes the buses with devices of it', () => {
    const read = readAgain(edge([bus('one', ['M-1', 'M-2']), { ...bus('two', ['M-3']) }]));
    const model = read.models.get('eastron/sdm120');
    if (!model) throw new Error('there is such a model');
    const altered = new Map(read.models).set(model.name, { ...model, registers: model.registers.slice(1) });
    const change = compareConfigs({ config: before, models }, { ...read, models: altered });
    expect([change.buses.changed, change.devices.changed]).toEqual([
      ['one', 'two'],
      ['M-1', 'M-2', 'M-3'],
    ]);
    const other = new Map(read.models).set('abb/b23', { ...model, name: 'abb/b23' });
    expect(compareConfigs({ config: before, models }, { ...read, models: other }).buses).toEqual(NONE);
  });

  it('what holds until a restart is named and stays in force; the rest is taken over', () => {
    const after = edge(before.buses.slice(0, 1), {
      node: 'agent-2',
      primaryHost: 'other',
      outbox: { path: '/data/outbox.sqlite', maxBytes: '2GiB', maxAge: '90d' },
      logLevel: 'debug',
    });
    const { needsRestart, next, buses } = compareConfigs({ config: before, models }, readAgain(after));
    expect(needsRestart).toEqual(['node', 'primaryHost', 'outbox']);
    expect(buses.removed).toEqual(['two']);
    expect(next.config).toEqual({ ...before, buses: before.buses.slice(0, 1), logLevel: 'debug' });
  });
});
