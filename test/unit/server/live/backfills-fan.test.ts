import { expect, test } from 'vitest';
import { BackfillsFan } from '../../../../server/live/backfills-fan.ts';
import { Page } from './page.ts';

test('answers a subscription, then tells of what was stored since, joined by device', () => {
  const fan = new BackfillsFan();
  const page = new Page();
  fan.subscribe(page, 'b', undefined);
  fan.tick();
  fan.add({ device: 'M-1', fromMs: 100, toMs: 200 });
  fan.add({ device: 'M-2', fromMs: 5, toMs: 6 });
  fan.add({ device: 'M-1', fromMs: 150, toMs: 300 });
  fan.announce();
  fan.announce();
  expect(page.messages).toEqual([
    { type: 'backfilled', id: 'b', ranges: [] },
    {
      type: 'backfilled',
      id: 'b',
      ranges: [
        { device: 'M-1', fromMs: 100, toMs: 300 },
        { device: 'M-2', fromMs: 5, toMs: 6 },
      ],
    },
  ]);
});

test('a filter leaves out what is of other devices, and says nothing when nothing is left', () => {
  const fan = new BackfillsFan();
  const page = new Page();
  fan.subscribe(page, 'b', new Set(['M-2']));
  fan.tick();
  fan.add({ device: 'M-1', fromMs: 1, toMs: 2 });
  fan.announce();
  fan.add({ device: 'M-2', fromMs: 1, toMs: 2 });
  fan.announce();
  expect(page.messages.slice(1)).toEqual([
    { type: 'backfilled', id: 'b', ranges: [{ device: 'M-2', fromMs: 1, toMs: 2 }] },
  ]);
});

test('a page that was not ready is told later, with what was joined meanwhile', () => {
  const fan = new BackfillsFan();
  const page = new Page();
  fan.subscribe(page, 'b', undefined);
  fan.tick();
  page.isReady = false;
  for (let from = 0; from < 5; from++) {
    fan.add({ device: 'M-1', fromMs: from, toMs: from + 1 });
    fan.announce();
  }
  page.isReady = true;
  fan.announce();
  expect(page.messages.slice(1)).toEqual([
    { type: 'backfilled', id: 'b', ranges: [{ device: 'M-1', fromMs: 0, toMs: 5 }] },
  ]);
});

test('a page that fell too far behind is told that it missed some', () => {
  const fan = new BackfillsFan();
  const page = new Page();
  fan.subscribe(page, 'b', undefined);
  fan.tick();
  page.isReady = false;
  for (let device = 0; device < 10_001; device++) fan.add({ device: `M-${device}`, fromMs: 0, toMs: 1 });
  fan.announce();
  page.isReady = true;
  fan.announce();
  const [, message] = page.messages;
  expect(message).toMatchObject({ missed: true });
  expect((message as { ranges: unknown[] }).ranges.length).toBe(10_000);
});

test('more devices at once than are kept count for all as missed', () => {
  const fan = new BackfillsFan();
  const page = new Page();
  fan.subscribe(page, 'b', undefined);
  fan.tick();
  for (let device = 0; device < 20_001; device++) fan.add({ device: `M-${device}`, fromMs: 0, toMs: 1 });
  fan.announce();
  expect(page.messages.slice(1)).toEqual([{ type: 'backfilled', id: 'b', ranges: [], missed: true }]);
});
