import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Board, Filter, MessageHead } from '../../../../server/live/board.ts';
import { FanOut } from '../../../../server/live/fan-out.ts';
import { FrameNames, type Outgoing, type Recipient } from '../../../../server/live/outgoing.ts';

const ALL: Filter = { devices: undefined, metrics: undefined };

interface Message {
  readonly kind: string;
  readonly id: string;
  readonly more: boolean;
  readonly announces: boolean;
  readonly items: readonly (readonly [item: number, value: number])[];
}

/** Numbers that change; item n belongs to device `d<n % 3>`. */
class NumbersBoard implements Board {
  readonly topic = 'points';
  readonly isAcknowledged = true;
  readonly maxItemsPerMessage = 4;
  readonly values: number[] = [];
  encoded = 0;

  matching(filter: Filter): number[] {
    return [...this.values.keys()].filter((item) => this.matches(filter, item));
  }
  matches(filter: Filter, item: number): boolean {
    return filter.devices?.has(this.subjectOf(item)) !== false;
  }
  subjectOf(item: number): string {
    return `d${item % 3}`;
  }
  head({ kind, id, more }: MessageHead): string {
    return `{"kind":"${kind}","id":"${id}","more":${more},`;
  }
  body(items: readonly number[], announces: boolean): string {
    this.encoded++;
    return `"announces":${announces},"items":${JSON.stringify(items.map((item) => [item, this.values[item]]))}}`;
  }
}

class Page implements Recipient {
  isReady = true;
  readonly messages: Message[] = [];
  readonly bytes: Buffer[] = [];
  readonly known = new Map<number, number>();
  readonly refusals: string[] = [];

  canTake(): boolean {
    return this.isReady;
  }
  deliver({ bytes }: Outgoing): void {
    const message = JSON.parse(bytes.toString()) as Message;
    this.bytes.push(bytes);
    this.messages.push(message);
    if (message.kind === 'first') this.known.clear();
    for (const [item, value] of message.items) {
      // A page cannot place the value of an item that it has not heard of.
      expect(message.announces || this.known.has(item)).toBe(true);
      this.known.set(item, value);
    }
  }
  refuse(id: string, code: string): void {
    this.refusals.push(`${id} ${code}`);
  }
}

function fanOut(board: Board, maxItemsPerSubscription = 1000) {
  let skipped = 0;
  const settings = { maxItemsPerSubscription, frames: new FrameNames(), onSkipped: () => skipped++ };
  return { fan: new FanOut(board, settings), skipped: () => skipped };
}

function boardOf(...values: number[]): NumbersBoard {
  const board = new NumbersBoard();
  board.values.push(...values);
  return board;
}

test('the first message answers a subscription, even when nothing matches', () => {
  const { fan } = fanOut(boardOf());
  const page = new Page();
  fan.subscribe(page, 'a', ALL, 1);
  fan.tick(0);
  expect(page.messages).toEqual([{ kind: 'first', id: 'a', more: false, announces: true, items: [] }]);
});

test('a long list comes in parts, the last of which says so', () => {
  const { fan } = fanOut(boardOf(0, 10, 20, 30, 40, 50));
  const page = new Page();
  fan.subscribe(page, 'a', ALL, 1);
  fan.tick(0);
  expect(page.messages.map(({ kind, more }) => [kind, more])).toEqual([
    ['first', true],
    ['rest', false],
  ]);
  expect([...page.known]).toEqual([0, 10, 20, 30, 40, 50].map((value, item) => [item, value]));
});

test('what many pages watch under the same name is encoded once and is the same bytes', () => {
  const board = boardOf(1, 2);
  const { fan } = fanOut(board);
  const pages = Array.from({ length: 50 }, () => new Page());
  for (const page of pages) fan.subscribe(page, 'a', ALL, 1);
  fan.tick(0);
  expect(board.encoded).toBe(1);
  board.values[1] = 3;
  fan.mark(1);
  fan.tick(1);
  expect(board.encoded).toBe(2);
  expect(new Set(pages.map((page) => page.bytes[1])).size).toBe(1);
  expect(pages.every((page) => page.known.get(1) === 3)).toBe(true);
});

test('a page gets only the items of its filter that changed, each once', () => {
  const board = boardOf(0, 0, 0, 0);
  const { fan } = fanOut(board);
  const page = new Page();
  fan.subscribe(page, 'a', { devices: new Set(['d1']), metrics: undefined }, 1);
  fan.tick(0);
  for (const item of [0, 1, 1, 2]) fan.mark(item);
  fan.tick(1);
  fan.tick(2);
  const [first, update, ...more] = page.messages.map(({ kind, items }) => ({ kind, items }));
  expect(first).toEqual({ kind: 'first', items: [[1, 0]] });
  expect(update).toEqual({ kind: 'update', items: [[1, 0]] });
  expect(more).toEqual([]);
});

test('a lower rate joins changes into one message', () => {
  const board = boardOf(0);
  const { fan } = fanOut(board);
  const page = new Page();
  fan.subscribe(page, 'a', ALL, 5);
  for (let tick = 0; tick < 20; tick++) {
    board.values[0] = tick;
    fan.mark(0);
    fan.tick(tick);
  }
  expect(page.messages.filter(({ kind }) => kind === 'update').map(({ items }) => items)).toEqual([
    [[0, 5]],
    [[0, 10]],
    [[0, 15]],
  ]);
});

test('a slow page loses messages, not the newest values, and then gets the shared bytes again', () => {
  const board = boardOf(0, 0);
  const { fan, skipped } = fanOut(board);
  const [fast, slow] = [new Page(), new Page()];
  fan.subscribe(fast, 'a', ALL, 1);
  fan.subscribe(slow, 'a', ALL, 1);
  fan.tick(0);
  slow.isReady = false;
  for (let tick = 1; tick <= 10; tick++) {
    board.values[tick % 2] = tick;
    fan.mark(tick % 2);
    fan.tick(tick);
  }
  expect(fast.messages.length).toBe(11);
  expect(slow.messages.length).toBe(1);
  expect(skipped()).toBe(10);
  slow.isReady = true;
  fan.tick(11);
  expect(slow.messages.length).toBe(2);
  expect(slow.known).toEqual(fast.known);
  board.values[0] = 99;
  fan.mark(0);
  fan.tick(12);
  expect(slow.bytes.at(-1)).toBe(fast.bytes.at(-1));
});

test('a new item is announced to those whose filter it meets', () => {
  const board = boardOf(0, 0);
  const { fan } = fanOut(board);
  const [page, other] = [new Page(), new Page()];
  fan.subscribe(page, 'a', { devices: new Set(['d2']), metrics: undefined }, 1);
  fan.subscribe(other, 'a', { devices: new Set(['d0']), metrics: undefined }, 1);
  fan.tick(0);
  board.values.push(7);
  fan.announce(2);
  fan.mark(2);
  fan.tick(1);
  fan.tick(2);
  expect(page.messages.at(-1)).toMatchObject({ kind: 'update', announces: true, items: [[2, 7]] });
  expect(page.messages.length).toBe(2);
  expect(other.messages.length).toBe(1);
});

test('a subscription that asks for more than is allowed is refused, also when it grows beyond', () => {
  const board = boardOf(0, 0, 0);
  const { fan } = fanOut(board, 3);
  const page = new Page();
  fan.subscribe(page, 'a', ALL, 1);
  fan.tick(0);
  board.values.push(1);
  fan.announce(3);
  fan.tick(1);
  expect(page.refusals).toEqual(['a RANGE_TOO_LARGE']);
  expect(fan.isWatched).toBe(false);
  expect(fan.subscribe(page, 'b', ALL, 1)).toBe(4);
});

test('a page that leaves is sent nothing more and nothing is kept of it', () => {
  const board = boardOf(0);
  const { fan } = fanOut(board);
  const page = new Page();
  const end = fan.subscribe(page, 'a', ALL, 1);
  fan.tick(0);
  if (typeof end === 'function') end();
  fan.mark(0);
  fan.tick(1);
  expect(page.messages.length).toBe(1);
  expect(fan.isWatched).toBe(false);
});

type Step =
  | { kind: 'change'; item: number }
  | { kind: 'new' }
  | { kind: 'join'; page: number; rate: number }
  | { kind: 'leave'; page: number }
  | { kind: 'ready'; page: number; on: boolean }
  | { kind: 'tick' };
const PAGES = 4;
const page = fc.nat(PAGES - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: fc.record({ kind: fc.constant('change' as const), item: fc.nat(40) }), weight: 5 },
  { arbitrary: fc.constant({ kind: 'new' as const }), weight: 2 },
  { arbitrary: fc.record({ kind: fc.constant('join' as const), page, rate: fc.constantFrom(1, 2) }), weight: 1 },
  { arbitrary: fc.record({ kind: fc.constant('leave' as const), page }), weight: 1 },
  { arbitrary: fc.record({ kind: fc.constant('ready' as const), page, on: fc.boolean() }), weight: 2 },
  { arbitrary: fc.constant({ kind: 'tick' as const }), weight: 4 },
);

test('whatever comes, each page ends with every value of its filter, as it is', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 150 }), (steps) => {
      const board = boardOf(0, 0);
      const { fan } = fanOut(board);
      const pages = Array.from({ length: PAGES }, () => new Page());
      const ends = new Map<number, () => void>();
      let now = 0;
      let change = 0;
      const filterOf = (index: number): Filter =>
        index % 2 === 0 ? ALL : { devices: new Set(['d0', 'd2']), metrics: undefined };
      for (const action of steps) {
        if (action.kind === 'tick') fan.tick(now++);
        else if (action.kind === 'ready') (pages[action.page] as Page).isReady = action.on;
        else if (action.kind === 'leave') {
          ends.get(action.page)?.();
          ends.delete(action.page);
        } else if (action.kind === 'join' && !ends.has(action.page)) {
          const end = fan.subscribe(pages[action.page] as Page, 'a', filterOf(action.page), action.rate);
          if (typeof end === 'function') ends.set(action.page, end);
        } else if (action.kind === 'change' && action.item < board.values.length) {
          board.values[action.item] = ++change;
          fan.mark(action.item);
        } else if (action.kind === 'new') {
          fan.announce(board.values.push(++change) - 1);
        }
      }
      for (const each of pages) each.isReady = true;
      for (let quiet = 0; quiet < 60; quiet++) fan.tick(now++);
      for (const index of ends.keys()) {
        const expected = board.matching(filterOf(index)).map((item) => [item, board.values[item]]);
        expect([...(pages[index] as Page).known].sort(([a], [b]) => a - b)).toEqual(expected);
      }
      const before = pages.map(({ messages }) => messages.length);
      fan.tick(now++);
      fan.tick(now++);
      expect(pages.map(({ messages }) => messages.length)).toEqual(before);
    }),
    { numRuns: 300 },
  );
});
