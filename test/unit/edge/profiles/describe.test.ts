import { expect, test } from 'vitest';
import type { DeviceConfig } from '../../../../edge/config.ts';
import { describeDevice, intervalsOf } from '../../../../edge/profiles/describe.ts';
import { loadModels, modelNamed } from '../../../../edge/profiles/load.ts';

const models = loadModels();
const sdm120 = modelNamed(models, 'eastron/sdm120');

function device(every: DeviceConfig['every']): DeviceConfig {
  return { id: 'M-1', model: 'eastron/sdm120', unit: 1, every };
}

test('one interval stands for both classes; a class that is not named is not read', () => {
  expect(intervalsOf('1s')).toEqual({ fast: 1000, registers: 1000 });
  expect(intervalsOf({ fast: '500ms' })).toEqual({ fast: 500 });
  expect(intervalsOf({ fast: '1s', registers: '15m' })).toEqual({ fast: 1000, registers: 900_000 });
});

test('a device has a layout for each class that is read, in the order of the registers', () => {
  const described = describeDevice(sdm120, device({ fast: '1s', registers: '15m' }));
  expect(described).toMatchObject({ id: 'M-1', model: 'eastron/sdm120', kind: 'meter' });
  expect(described.layouts.map(({ pollClass }) => pollClass)).toEqual(['fast', 'registers']);
  expect(described.layouts[0]?.metrics.slice(0, 3)).toEqual(['voltage_a', 'current_a', 'active_power']);
  expect(described.layouts[1]?.metrics[0]).toBe('energy_import');
  expect(describeDevice(sdm120, device({ fast: '1s' })).layouts).toHaveLength(1);
});

test('a model without registers of a class has no layout of it', () => {
  const relay = modelNamed(models, 'ziehl/tr1200');
  expect(describeDevice(relay, { ...device('1s'), model: 'ziehl/tr1200' }).layouts).toHaveLength(1);
});
