import { expect, it } from 'vitest';
import type { BusReport } from '../../../edge/modbus/report.ts';
import { ManualProcessClock } from '../../../edge/platform/clock.ts';
import { figuresOf, PollWatch } from '../../../edge/poll-figures.ts';

function bus(usualMs: (number | undefined)[], missedDeadlines: number): BusReport {
  const devices = usualMs.map((ms, unit) => ({
    id: `M-${unit}`,
    unit,
    model: 'maker/meter',
    intervalsMs: {},
    blocks: [],
    learnedHoles: [],
    missedDeadlines: 0,
    ...(ms === undefined ? {} : { usualMs: ms }),
  }));
  const counts = {
    requests: 0,
    timeouts: 0,
    exceptions: 0,
    malformed: 0,
    connectionFailures: 0,
    connects: 0,
    busyShare: 0,
  };
  return { id: 'gw', transport: 'tcp', address: 'a:1', connected: true, ...counts, missedDeadlines, devices };
}

it('sums up the buses: the slowest device, the median, and what was missed', () => {
  expect(figuresOf([bus([5, undefined, 30], 2), bus([10], 3)])).toEqual({ slowestMs: 30, medianMs: 10, missed: 5 });
  expect(figuresOf([])).toEqual({ slowestMs: undefined, medianMs: undefined, missed: 0 });
});

it('asks for a report every few seconds, not for every figure', () => {
  const clock = new ManualProcessClock();
  let asked = 0;
  const watch = new PollWatch(() => {
    asked += 1;
    return [bus([asked], 0)];
  }, clock);
  expect([watch.figures.slowestMs, watch.figures.slowestMs, asked]).toEqual([1, 1, 1]);
  clock.advance(5000);
  expect([watch.figures.slowestMs, asked]).toEqual([2, 2]);
});
