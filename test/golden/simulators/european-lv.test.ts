import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fromSequence, Network } from '../../../simulators/physics/area/network.ts';
import { Sweep } from '../../../simulators/physics/area/sweep.ts';

/**
 * IEEE European Low Voltage Test Feeder: 906 buses, 55 single-phase loads, minute 566 of the day. Expected voltages and the
 * loss come from pandapower 3.5.6 (Newton and current injection in sequence components), which its authors
 * compare with OpenDSS for this feeder (pandapower's tutorial "ieee_european_lv_asymmetric"). The source is the
 * transformer's secondary bus, with the voltages that pandapower gives for it.
 */
function rows(file: string): string[][] {
  return readFileSync(join(import.meta.dirname, file), 'utf8')
    .trim()
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .slice(1)
    .map((line) => line.split(','));
}

const RADIANS = Math.PI / 180;
const PHASES = ['a', 'b', 'c'];

function feeder() {
  const lines = rows('ieee-european-lv-lines.csv').map((row) => row.map(Number));
  const sectionOf = new Map<number, number>();
  const ordered: number[][] = [];
  let reached = [1];
  while (reached.length > 0) {
    const next = lines.filter(([from]) => reached.includes(from ?? -1));
    for (const line of next) {
      sectionOf.set(line[1] ?? -1, ordered.length);
      ordered.push(line);
    }
    reached = next.map(([, to]) => to ?? -1);
  }
  const sections = ordered.map(([from = 0, , lengthM = 0, r1 = 0, x1 = 0, r0 = 0, x0 = 0]) => {
    const km = lengthM / 1000;
    return {
      parent: sectionOf.get(from) ?? -1,
      ...fromSequence({ r: r1 * km, x: x1 * km }, { r: r0 * km, x: x0 * km }),
    };
  });
  const [source, ...loads] = rows('ieee-european-lv-loads.csv');
  const points = loads.map(([bus, phase = 'a']) => ({
    section: sectionOf.get(Number(bus)) ?? -1,
    phase: PHASES.indexOf(phase) as 0 | 1 | 2,
    serviceOhm: { r: 0, x: 0 },
  }));
  const sweep = new Sweep(new Network(sections, points));
  loads.forEach((load, point) => {
    sweep.activeW[point] = Number(load[2]);
    sweep.reactiveVar[point] = Number(load[3]);
  });
  const volts = PHASES.flatMap((_, phase) => {
    const [v, angle] = [Number(source?.[4 + phase]), Number(source?.[7 + phase]) * RADIANS];
    return [v * Math.cos(angle), v * Math.sin(angle)];
  });
  return { sweep, volts, loads, points };
}

describe('IEEE European LV test feeder', () => {
  const { sweep, volts, loads, points } = feeder();
  sweep.solve(volts);

  it('has its 905 lines and 55 loads', () => {
    expect([sweep.network.sections, sweep.network.points]).toEqual([905, 55]);
  });

  it('has the published voltages at each load on all phases, within 2 mV and 0.001°', () => {
    let worstV = 0;
    let worstDeg = 0;
    loads.forEach((load, point) => {
      for (const phase of [0, 1, 2]) {
        const at = (points[point]?.section ?? 0) * 6 + 2 * phase;
        const [u, v] = [sweep.voltage[at] ?? 0, sweep.voltage[at + 1] ?? 0];
        worstV = Math.max(worstV, Math.abs(Math.hypot(u, v) - Number(load[4 + phase])));
        worstDeg = Math.max(worstDeg, Math.abs(Math.atan2(v, u) / RADIANS - Number(load[7 + phase])));
      }
    });
    expect(worstV).toBeLessThan(0.002);
    expect(worstDeg).toBeLessThan(0.001);
  });

  /** pandapower gives 2 064.886 W as what the transformer delivers less the loads, 2 065.081 W as the sum over its lines. */
  it('loses 2 065 W in its lines', () => {
    expect(Math.abs(sweep.lineLossW() - 2064.98)).toBeLessThan(0.3);
  });
});
