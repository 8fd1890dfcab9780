import { expect, it } from 'vitest';
import { AliasBook } from '../../../../edge/node/alias-book.ts';
import { DeviceRegistry } from '../../../../edge/node/device-registry.ts';
import { WireDevice } from '../../../../edge/node/wire-device.ts';
import type { DeviceRead, RecordLayout } from '../../../../edge/reading.ts';

const FAST: RecordLayout = { device: 'M-1', pollClass: 'fast', metrics: ['voltage_a', 'current_a'] };

function device(aliases = new AliasBook()): WireDevice {
  const made = new WireDevice({ id: 'M-1', model: 'maker/meter', kind: 'meter', isConfigured: true });
  made.extend(FAST.metrics, aliases);
  return made;
}

function read(values: number[]): DeviceRead {
  return {
    layout: FAST,
    timeMs: 5,
    clockGeneration: 1,
    values: Float64Array.from(values),
    quality: new Uint8Array(values.length),
  };
}

it('finds names behind aliases, and none behind others', () => {
  const meter = device();
  expect([
    meter.nameOf(meter.aliasAt(1)),
    meter.nameOf(meter.ownAlias(1)),
    meter.nameOf(9999),
    meter.nameOf(0),
  ]).toEqual(['current_a', 'Delivery/N', undefined, undefined]);
});

it('with more metrics it has other aliases and the same values', () => {
  const aliases = new AliasBook();
  const meter = device(aliases);
  const before = meter.aliasAt(0);
  meter.update(read([230, 4]), 3);
  expect(meter.knows({ metrics: ['frequency'] })).toBe(false);
  expect(meter.extend(['current_a', 'frequency'], aliases)).toBe(true);
  expect(meter.extend(['current_a', 'frequency'], aliases)).toBe(false);
  expect(meter.metrics).toEqual(['voltage_a', 'current_a', 'frequency']);
  expect(meter.aliasAt(0)).toBeGreaterThan(before);
  expect([meter.valueAt(0), meter.valueAt(1), meter.qualityAt(2) === 0, meter.lastN]).toEqual([230, 4, false, 3]);
  expect(meter.knows({ metrics: ['frequency', 'voltage_a'] })).toBe(true);
});

it('no two devices of a registry share an alias, nor does one that left the configuration', () => {
  const layouts = (id: string): RecordLayout[] => [{ ...FAST, device: id }];
  const described = ['M-1', 'M-2'].map((id) => ({
    id,
    model: 'maker/meter',
    kind: 'meter' as const,
    layouts: layouts(id),
  }));
  const former = [{ id: 'M-9', model: 'maker/old', kind: 'meter' as const, serial: '77' }];
  const registry = new DeviceRegistry(new AliasBook(), described, former);
  const gone = registry.ofRecord({ device: 'M-9', pollClass: 'fast', metrics: ['voltage_b'] });
  gone.extend(['voltage_b'], registry.aliases);
  expect([gone.model, gone.serial, gone.isConfigured]).toEqual(['maker/old', '77', false]);
  expect(registry.ofRecord({ device: 'M-9', pollClass: 'fast', metrics: [] })).toBe(gone);
  const unknown = registry.ofRecord({ device: 'M-8', pollClass: 'fast', metrics: [] });
  expect([unknown.model, unknown.kind]).toEqual(['unknown', 'device']);
  const aliases = [...registry.all].flatMap((one) => [
    ...Array.from({ length: 8 }, (_, place) => one.ownAlias(place)),
    ...one.metrics.map((_, place) => one.aliasAt(place)),
  ]);
  expect(new Set(aliases).size).toBe(aliases.length);
  expect(registry.configured.map(({ id }) => id)).toEqual(['M-1', 'M-2']);
});
