import { describe, expect, it } from 'vitest';
import { AliasBook } from '../../../../edge/node/alias-book.ts';
import { deviceBirth } from '../../../../edge/node/births.ts';
import { WireDevice } from '../../../../edge/node/wire-device.ts';
import type { MetricFields } from '../../../../edge/protocol/payload.ts';
import { qualityCode } from '../../../../edge/protocol/quality.ts';
import type { RecordLayout } from '../../../../edge/reading.ts';

const LAYOUT: RecordLayout = { device: 'M-1', pollClass: 'registers', metrics: ['energy_import', 'energy_export'] };
const NOW_MS = 1_770_000_000_000;
const CONTEXT = { epoch: 'e', clockGeneration: 0, nowMs: NOW_MS };

function meter(rollovers?: ReadonlyMap<string, number>): WireDevice {
  const device = new WireDevice({ id: 'M-1', model: 'maker/meter', kind: 'meter', rollovers, isConfigured: true });
  device.extend(LAYOUT.metrics, new AliasBook());
  return device;
}

function born(device: WireDevice, name: string): MetricFields {
  const metric = deviceBirth(device, CONTEXT, false).metrics?.find((candidate) => candidate.name === name);
  if (!metric) throw new Error(`${name} is not in the birth`);
  return metric;
}

function properties(metric: MetricFields): Record<string, unknown> {
  const { keys = [], values = [] } = metric.properties ?? {};
  return Object.fromEntries(
    (keys ?? []).map((key, at) => [
      key,
      values?.[at]?.stringValue ?? values?.[at]?.intValue ?? values?.[at]?.doubleValue,
    ]),
  );
}

describe('deviceBirth', () => {
  it('says nothing of the quality of what was not read yet', () => {
    const metric = born(meter(), 'energy_import');
    expect(metric.isNull).toBe(true);
    expect(properties(metric)).toEqual({ engUnit: 'kWh', readingType: '0.0.0.1.1.1.12.0.0.0.0.0.0.0.224.3.72.0' });
  });

  it('tells value, time and quality of what was read, and the reason of what could not be', () => {
    const device = meter();
    const quality = Uint8Array.of(0, qualityCode('exception'));
    const values = Float64Array.of(12.5, Number.NaN);
    device.update({ layout: LAYOUT, timeMs: NOW_MS - 500, clockGeneration: 0, values, quality }, 7);
    expect(born(device, 'energy_import')).toMatchObject({ doubleValue: 12.5, timestamp: NOW_MS - 500 });
    expect(properties(born(device, 'energy_import'))).toMatchObject({ Quality: 192 });
    expect(born(device, 'energy_export').isNull).toBe(true);
    expect(properties(born(device, 'energy_export'))).toMatchObject({ Quality: 0, Reason: 'exception' });
  });

  it('tells where a register starts again from zero, where the model says so', () => {
    const device = meter(new Map([['energy_import', 999_999.9]]));
    expect(properties(born(device, 'energy_import'))).toMatchObject({ rollover: 999_999.9 });
    expect(properties(born(device, 'energy_export'))).not.toHaveProperty('rollover');
  });
});
