import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_KIND } from '../../../../../simulators/physics/calendar.ts';
import { CUSTOMER_KINDS, type CustomerKind, KINDS } from '../../../../../simulators/physics/customers/kinds.ts';
import { mix } from '../../../../../simulators/physics/hash.ts';
import { momentAt } from '../../../../../simulators/physics/place.ts';
import { PLACE, type Statistics, statisticsOf, sumOf, YEAR, yearOf } from './year.ts';

function years(kind: CustomerKind, count: number): Float64Array[] {
  return Array.from({ length: count }, (_, index) => yearOf(KINDS[kind].draw(mix(77, index))));
}

function typical(all: readonly Float64Array[], pick: (statistics: Statistics) => number): number {
  return all.reduce((sum, year) => sum + pick(statisticsOf(year)), 0) / all.length;
}

function meanWhere(year: Float64Array, where: (step: number) => boolean): number {
  const chosen = year.filter((_, step) => where(step));
  return chosen.reduce((sum, value) => sum + value, 0) / chosen.length;
}

describe('every kind of customer', () => {
  it('is a pure function of seed and moment: any order, any instance, the same bits', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...CUSTOMER_KINDS),
        fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        fc.array(fc.integer({ min: 0, max: 8759 }), { maxLength: 20 }),
        (kind, seed, steps) => {
          const one = KINDS[kind].draw(seed);
          const other = KINDS[kind].draw(seed);
          const forward = steps.map((step) => one(momentAt(PLACE, step)));
          const backward = steps.toReversed().map((step) => other(momentAt(PLACE, step)));
          expect(forward).toEqual(backward.toReversed());
          expect(forward.every((kw) => Number.isFinite(kw) && (kind === 'rooftopPv' ? kw <= 0 : kw >= 0))).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });
});

/**
 * Konstantelos, Sun & Strbac, "Quantifying demand diversity of households" (Low Carbon London, Imperial College, 2014):
 * 0.54 to 1.78 kW for each household at the peak of a group, by income and occupancy. Customer-Led Network Revolution,
 * report L217 (2015): 1.5 kW. The form of the coincidence, c∞ + (1 − c∞)/√n, is Rusck's (1956); its c∞ of 0.1 to 0.35 for
 * homes, the load factor and the variation are known practice.
 */
describe('households', () => {
  const all = years('household', 100);

  it('peak together at 0.54 to 1.78 kW each', () => {
    const { max } = statisticsOf(sumOf(all));
    expect(max / 100).toBeGreaterThan(0.54);
    expect(max / 100).toBeLessThan(1.78);
  });

  it('coincide the less the more they are', () => {
    const coincidence = (count: number) =>
      statisticsOf(sumOf(all.slice(0, count))).max /
      all.slice(0, count).reduce((sum, one) => sum + statisticsOf(one).max, 0);
    const [two, ten, hundred] = [coincidence(2), coincidence(10), coincidence(100)];
    expect(two).toBeGreaterThan(ten);
    expect(ten).toBeGreaterThan(hundred);
    const [lower, upper] = [0.1, 0.35].map((end) => end + (1 - end) / Math.sqrt(100));
    expect(hundred).toBeGreaterThan(lower ?? 0);
    expect(hundred).toBeLessThan(upper ?? 0);
  });

  it('vary by 0.7 to 1.2 of their mean within a year, at a load factor of 0.06 to 0.2', () => {
    expect(typical(all, ({ variation }) => variation)).toBeGreaterThan(0.7);
    expect(typical(all, ({ variation }) => variation)).toBeLessThan(1.2);
    expect(typical(all, ({ loadFactor }) => loadFactor)).toBeGreaterThan(0.06);
    expect(typical(all, ({ loadFactor }) => loadFactor)).toBeLessThan(0.2);
  });

  it('use 2 500 to 5 000 kWh a year, and some two thirds of the mean at night', () => {
    expect(typical(all, ({ mean }) => mean) * 8760).toBeGreaterThan(2500);
    expect(typical(all, ({ mean }) => mean) * 8760).toBeLessThan(5000);
    expect(typical(all, ({ nightShare }) => nightShare)).toBeGreaterThan(0.4);
    expect(typical(all, ({ nightShare }) => nightShare)).toBeLessThan(0.75);
  });

  it('use more on hot evenings than on mild ones', () => {
    const sum = sumOf(all);
    const evening = (step: number) => Math.floor(YEAR[step]?.hour ?? 0) === 20;
    const hot = meanWhere(sum, (step) => evening(step) && (YEAR[step]?.temperatureC ?? 0) > 30);
    const mild = meanWhere(sum, (step) => evening(step) && Math.abs((YEAR[step]?.temperatureC ?? 0) - 18) < 4);
    expect(hot).toBeGreaterThan(1.2 * mild);
  });
});

describe('the others', () => {
  it('offices rest at weekends, shops do not, factories by shifts', () => {
    const ratio = (kind: CustomerKind) => {
      const sum = sumOf(years(kind, 30));
      const on = (kindOfDay: number) => (step: number) => YEAR[step]?.dayKind === kindOfDay;
      return meanWhere(sum, on(DAY_KIND.weekend)) / meanWhere(sum, on(DAY_KIND.work));
    };
    expect(ratio('office')).toBeLessThan(0.65);
    expect(ratio('shop')).toBeGreaterThan(0.95);
    expect(ratio('factory')).toBeGreaterThan(0.4);
    expect(ratio('factory')).toBeLessThan(0.85);
  });

  it('street lights burn some 4 200 hours a year: the nights of 32° north', () => {
    const year = yearOf(KINDS.streetLighting.draw(3));
    const hours = year.filter((kw) => kw > 0.3 * statisticsOf(year).max).length;
    expect(hours).toBeGreaterThan(4100);
    expect(hours).toBeLessThan(4450);
  });

  it('irrigation runs in the growing season only', () => {
    const year = yearOf(KINDS.irrigation.draw(3));
    expect(meanWhere(year, (step) => (YEAR[step]?.dayOfYear ?? 0) < 80 || (YEAR[step]?.dayOfYear ?? 0) > 290)).toBe(0);
    expect(statisticsOf(year).loadFactor).toBeLessThan(0.2);
  });

  // Full-load hours of rooftop systems in eastern China: 900 to 1 250 (known practice).
  it('photovoltaics give 900 to 1 250 hours of full power, none at night', () => {
    const all = years('rooftopPv', 40).map((year) => year.map((kw) => -kw));
    const { draw } = KINDS.rooftopPv;
    // Cells at 25 °C in full sun, on the clearest of many moments: the rated power less the losses before the meter.
    const ratedKw = (index: number) => {
      const one = draw(mix(77, index));
      const powers = Array.from({ length: 200 }, (_, step) =>
        one({ ...momentAt(PLACE, step), temperatureC: -5, irradianceKw: 1 }),
      );
      return -Math.min(...powers) / 0.86;
    };
    const hours = all.map((year, index) => (statisticsOf(year).mean * 8760) / ratedKw(index));
    const mean = hours.reduce((sum, value) => sum + value, 0) / hours.length;
    expect(mean).toBeGreaterThan(900);
    expect(mean).toBeLessThan(1250);
    expect(typical(all, ({ nightShare }) => nightShare)).toBe(0);
  });
});
