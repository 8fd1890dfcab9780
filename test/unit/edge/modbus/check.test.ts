import { expect, test } from 'vitest';
import type { BusConfig } from '../../../../edge/config.ts';
import { checkBuses } from '../../../../edge/modbus/check.ts';
import { loadModels } from '../../../../edge/profiles/load.ts';

const models = loadModels();

function bus(parts: Partial<BusConfig & { port: number }> = {}): BusConfig {
  return {
    id: 'gw1',
    transport: 'tcp',
    host: '10.0.0.1',
    port: 502,
    timeout: '1s',
    turnaround: '0ms',
    devices: [{ id: 'M-1', model: 'eastron/sdm630', unit: 1, every: '1s' }],
    ...parts,
  } as BusConfig;
}

function messages(buses: readonly BusConfig[]): string[] {
  return checkBuses(buses, models).map(({ path, message }) => `${path.join('.')}: ${message}`);
}

test('a sound configuration has no problems', () => {
  expect(messages([bus(), bus({ id: 'gw2', port: 503, devices: [] })])).toEqual([]);
});

test('an unknown model, with the nearest names', () => {
  const devices = [{ id: 'M-1', model: 'eastron/sdm360', unit: 1, every: '1s' }];
  const [message] = messages([bus({ devices })]);
  expect(message).toMatch(
    /^buses\.0\.devices\.0\.model: no device model is named "eastron\/sdm360", did you mean .*"eastron\/sdm630"/,
  );
});

test('what is named twice: bus, address, device, unit', () => {
  const devices = [
    { id: 'M-1', model: 'eastron/sdm630', unit: 1, every: '1s' },
    { id: 'M-1', model: 'eastron/sdm630', unit: 1, every: '1s' },
  ];
  expect(messages([bus({ devices }), bus({ devices: [] })])).toEqual([
    'buses.0.devices.1.id: the device M-1 is there already, at buses.0.devices.0.id',
    'buses.0.devices.1.unit: the unit of bus gw1 1 is there already, at buses.0.devices.0.unit',
    'buses.1.id: the bus gw1 is there already, at buses.0.id',
    'buses.1.host: the bus at 10.0.0.1:502 is there already, at buses.0.host; list its devices under that bus: one line is one bus',
  ]);
});

test('two buses on one serial line, be it under two names', () => {
  const line = (id: string, path: string) => bus({ id, transport: 'rtu', path, devices: [] } as Partial<BusConfig>);
  const buses = [line('a', '/dev/ttyUSB0'), line('b', '/dev/serial/by-id/usb-ftdi'), line('c', '/dev/ttyUSB1')];
  const realPath = (path: string) => (path.includes('by-id') ? '/dev/ttyUSB0' : path);
  expect(checkBuses(buses, models, realPath)).toEqual([
    {
      path: ['buses', '1', 'path'],
      message:
        'the serial line /dev/ttyUSB0 is there already, at buses.0.path; list its devices under that bus: one line is one bus',
    },
  ]);
});

test('two buses on one converter, whatever is spoken over it', () => {
  const buses = [bus({ devices: [] }), bus({ id: 'gw2', transport: 'rtu-over-tcp', host: '10.0.0.1', devices: [] })];
  expect(messages(buses)).toHaveLength(1);
});

test('a load profile of a model that has none, or beside registers that are not read', () => {
  const loadProfile = { utcOffset: '+00:00' };
  const devices = [
    { id: 'M-1', model: 'eastron/sdm630', unit: 1, every: '1s', loadProfile },
    { id: 'M-2', model: 'abb/a43', unit: 2, every: { fast: '1s' }, loadProfile },
    { id: 'M-3', model: 'abb/a43', unit: 3, every: '1s', loadProfile },
  ];
  expect(messages([bus({ devices })])).toEqual([
    'buses.0.devices.0.loadProfile: eastron/sdm630 has no load profile',
    'buses.0.devices.1.loadProfile: fills gaps between reads of the registers: read them, too (every: registers)',
  ]);
});

test('a device that would read nothing', () => {
  const devices = [{ id: 'T-1', model: 'ziehl/tr1200', unit: 1, every: { registers: '15m' } }];
  expect(messages([bus({ devices })])).toEqual([
    'buses.0.devices.0.every: reads nothing: ziehl/tr1200 has no registers of that class',
  ]);
});
