import { describe, expect, it } from 'vitest';
import { blueprintsOf } from '../../../../simulators/scenario/blueprint.ts';
import { planFaults } from '../../../../simulators/scenario/plan-faults.ts';
import { changedScenario } from '../../../../simulators/scenario/resized.ts';
import { loadScenario } from '../../../../simulators/scenario/scenario.ts';

const demo = loadScenario('demo');

describe('a scenario cut or grown', () => {
  it.each([3, 5, 6, 30, 40, 200, 999, 5000])('has exactly %d devices, and faults that find a place', (devices) => {
    const scenario = changedScenario(demo, { devices });
    const areas = blueprintsOf(scenario);
    expect(areas.reduce((sum, { meters }) => sum + meters.length + 1, 0)).toBe(devices);
    expect(areas.length).toBeGreaterThanOrEqual(devices >= 6 ? 2 : 1);
    const ids = new Set(areas.flatMap(({ meters, transformer }) => [...meters.map(({ id }) => id), transformer]));
    const faults = planFaults(scenario);
    expect(faults.every(({ device }) => ids.has(device))).toBe(true);
    expect(faults.length).toBeLessThan(devices / 5);
    if (devices >= 200) expect(new Set(faults.map(({ kind }) => kind)).size).toBeGreaterThan(8);
  });

  it('begins on another day, with another seed', () => {
    const scenario = changedScenario(demo, { start: '2026-07-01', seed: 9 });
    expect(new Date(scenario.originMs).toISOString()).toBe('2026-06-30T16:00:00.000Z');
    expect(scenario.file).toMatchObject({ seed: 9, start: '2026-07-01', areas: demo.file.areas });
    expect(changedScenario(demo, {})).toEqual(demo);
  });

  it('refuses what cannot be', () => {
    expect(() => changedScenario(demo, { devices: 2 })).toThrow(/at least 3/);
    expect(() => changedScenario(demo, { start: '2026-13-01' })).toThrow(/no date/);
  });
});
