import { describe, expect, test } from 'vitest';
import { loadModels } from '../../../../edge/profiles/load.ts';
import { METRIC_NAMES } from '../../../../edge/protocol/quantities.ts';

// Loading checks schema and lint rules; here is what only the models that come with gridwarden must keep.
const models = [...loadModels().values()];

/** Meters that tell power and energy, and no voltage. */
const ENERGY_ONLY = ['eastron/sdm72d-m'];

test('there are models of meters and of what stands at a transformer', () => {
  expect(new Set(models.map(({ kind }) => kind))).toEqual(new Set(['meter', 'transformer']));
});

describe.each(models)('$name', (model) => {
  test('its folder names its maker', () => {
    const [folder] = model.name.split('/');
    expect(
      model.maker
        .toLowerCase()
        .replace(' ', '-')
        .startsWith(folder ?? ''),
    ).toBe(true);
  });

  test('says what was compared with what', () => {
    expect(model.source.note?.length ?? 0).toBeGreaterThan(80);
    expect(model.source.page).toMatch(/\d/);
  });

  test('has the readings that its kind is there for', () => {
    const metrics = model.registers.map(({ metric }) => metric);
    const voltages = ENERGY_ONLY.includes(model.name) ? [] : ['voltage_a'];
    if (model.kind === 'meter')
      expect(metrics).toEqual(expect.arrayContaining(['active_power', 'energy_import', ...voltages]));
    else
      expect(metrics.some((metric) => metric.startsWith('temperature_') || metric.startsWith('dissolved_'))).toBe(true);
    expect(metrics.every((metric) => METRIC_NAMES.includes(metric))).toBe(true);
  });
});
