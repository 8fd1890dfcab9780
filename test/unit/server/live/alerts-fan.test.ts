import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AlertsFan } from '../../../../server/live/alerts-fan.ts';
import type { Alert, AlertEvent } from '../../../../server/live/protocol.ts';
import { MemoryAlerts } from './memory-alerts.ts';
import { Page } from './page.ts';

interface Message {
  readonly full: boolean;
  readonly alerts?: readonly Alert[];
  readonly events: readonly AlertEvent[];
  readonly at: { readonly epoch: string; readonly seq: number };
}

function messagesOf(page: Page): Message[] {
  return page.messages as Message[];
}

test('begins with the list, then sends events in order', () => {
  const alerts = new MemoryAlerts();
  alerts.raise('1');
  const fan = new AlertsFan(alerts, 100);
  const page = new Page();
  fan.subscribe(page, 'al', undefined);
  fan.tick();
  alerts.raise('2');
  alerts.raise('3');
  fan.tick();
  fan.tick();
  const [list, events, ...more] = messagesOf(page);
  expect(list).toMatchObject({ type: 'alerts', id: 'al', full: true, events: [], at: { epoch: 'log-1', seq: 1 } });
  expect(list?.alerts?.map(({ id }) => id)).toEqual(['1']);
  expect(events).toMatchObject({ full: false, at: { epoch: 'log-1', seq: 3 } });
  expect(events?.alerts).toBeUndefined();
  expect(events?.events.map(({ seq }) => seq)).toEqual([2, 3]);
  expect(more).toEqual([]);
});

test('goes on after a position that the log still has, and answers even when nothing is new', () => {
  const alerts = new MemoryAlerts();
  for (const id of ['1', '2', '3']) alerts.raise(id);
  const fan = new AlertsFan(alerts, 100);
  const [late, current] = [new Page(), new Page()];
  fan.subscribe(late, 'al', { epoch: 'log-1', seq: 1 });
  fan.subscribe(current, 'al', { epoch: 'log-1', seq: 3 });
  fan.tick();
  fan.tick();
  expect(messagesOf(late).map(({ full, events }) => [full, events.map(({ seq }) => seq)])).toEqual([[false, [2, 3]]]);
  expect(messagesOf(current).map(({ full, events, at }) => [full, events, at.seq])).toEqual([[false, [], 3]]);
});

test('begins anew after a position of another log, or one that was forgotten', () => {
  const alerts = new MemoryAlerts();
  for (const id of ['1', '2', '3']) alerts.raise(id);
  alerts.forget(2);
  const fan = new AlertsFan(alerts, 100);
  const pages = [
    { epoch: 'log-0', seq: 2 },
    { epoch: 'log-1', seq: 1 },
    { epoch: 'log-1', seq: 99 },
  ].map((after) => {
    const page = new Page();
    fan.subscribe(page, 'al', after);
    return page;
  });
  fan.tick();
  for (const page of pages) {
    expect(messagesOf(page).map(({ full, alerts: list }) => [full, list?.length])).toEqual([[true, 3]]);
  }
});

test('a long list and a long history come in parts', () => {
  const alerts = new MemoryAlerts();
  for (let id = 0; id < 5; id++) alerts.raise(`${id}`);
  const fan = new AlertsFan(alerts, 2);
  const page = new Page();
  fan.subscribe(page, 'al', undefined);
  fan.tick();
  for (let id = 5; id < 10; id++) alerts.raise(`${id}`);
  fan.tick();
  expect(messagesOf(page).map(({ full, alerts: list, events }) => [full, list?.length ?? 0, events.length])).toEqual([
    [true, 2, 0],
    [false, 2, 0],
    [false, 1, 0],
    [false, 0, 2],
    [false, 0, 2],
    [false, 0, 1],
  ]);
});

test('pages at the same position share one reading of the log', () => {
  const alerts = new MemoryAlerts();
  const fan = new AlertsFan(alerts, 100);
  const pages = Array.from({ length: 20 }, () => new Page());
  for (const page of pages) fan.subscribe(page, 'al', undefined);
  fan.tick();
  fan.tick();
  alerts.reads = 0;
  alerts.raise('1');
  fan.tick();
  expect(alerts.reads).toBe(1);
  expect(new Set(pages.map((page) => page.bytes.at(-1))).size).toBe(1);
});

type Step = { kind: 'raise' | 'tick' } | { kind: 'ready'; on: boolean } | { kind: 'reconnect' };
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.constant({ kind: 'raise' as const }),
  fc.constant({ kind: 'tick' as const }),
  fc.record({ kind: fc.constant('ready' as const), on: fc.boolean() }),
  fc.constant({ kind: 'reconnect' as const }),
);

test('no event is skipped or sent twice, however slow the page and however often it reconnects', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), fc.integer({ min: 1, max: 4 }), (steps, perMessage) => {
      const alerts = new MemoryAlerts();
      const fan = new AlertsFan(alerts, perMessage);
      let page = new Page();
      let end = fan.subscribe(page, 'al', { epoch: 'log-1', seq: 0 });
      const seen: number[] = [];
      const read = () => {
        for (const { events } of messagesOf(page).splice(0)) seen.push(...events.map(({ seq }) => seq));
      };
      let raised = 0;
      for (const action of steps) {
        if (action.kind === 'raise') alerts.raise(`${++raised}`);
        else if (action.kind === 'tick') fan.tick();
        else if (action.kind === 'ready') page.isReady = action.on;
        else {
          read();
          end();
          page = new Page();
          end = fan.subscribe(page, 'al', { epoch: 'log-1', seq: seen.length });
        }
      }
      page.isReady = true;
      for (let quiet = 0; quiet < 40; quiet++) fan.tick();
      read();
      expect(seen).toEqual(Array.from({ length: raised }, (_, index) => index + 1));
    }),
  );
});
