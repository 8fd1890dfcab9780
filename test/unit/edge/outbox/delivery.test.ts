import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DELIVERY_DEFAULTS, Delivery } from '../../../../edge/outbox/delivery.ts';
import type { DeliveryAck } from '../../../../edge/protocol/delivery.ts';
import { DeliveryWorld, type Happening } from './delivery-world.ts';

const index = fc.nat({ max: 50 });

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('take' as const), records: fc.integer({ min: 1, max: 5 }) }) },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('drain' as const), records: fc.integer({ min: 1, max: 20 }) }),
  },
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constantFrom('deliver' as const, 'lose' as const, 'repeat' as const), index }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom('deliverAck' as const, 'loseAck' as const, 'repeatAck' as const),
      index,
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constantFrom('commit' as const, 'ack' as const, 'connect' as const, 'disconnect' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('hostCrash' as const, 'edgeCrash' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('full' as const), records: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 400_000 }) }) },
);

describe('any interleaving of sends, losses, repeats, reorderings, crashes and full disks', () => {
  it('keeps taken = stored + waiting + explained, number by number, at every moment', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 150, size: 'max' }), (happenings) => {
        const world = new DeliveryWorld();
        for (const one of happenings) {
          world.happen(one);
          world.check();
        }
      }),
      { numRuns: 400 },
    );
  });

  it('ends with nothing waiting once everyone is well', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 100, size: 'max' }), (happenings) => {
        const world = new DeliveryWorld();
        for (const one of happenings) world.happen(one);
        world.settleDown();
        world.check();
        expect(world.waiting).toBe(0);
      }),
      { numRuns: 200 },
    );
  });
});

const SETTINGS = { ...DELIVERY_DEFAULTS, primaryHost: 'gridwarden' };

function ack(fields: Partial<DeliveryAck> = {}): DeliveryAck {
  return { host: 'gridwarden', epoch: 'now', done: [], received: 0, credit: 1000, ...fields };
}

/** Ten records, sent live in one session. */
function tenSent(settings = SETTINGS): Delivery {
  const delivery = new Delivery(settings, 'now');
  delivery.born();
  delivery.taken(10);
  delivery.sentLive(1, 10, 0);
  return delivery;
}

describe('a host that never acknowledges', () => {
  it('gets every live record once and nothing again', () => {
    const delivery = tenSent();
    for (let nowMs = 0; nowMs < 3_600_000; nowMs += 10_000) expect(delivery.tick(nowMs)).toEqual([]);
    expect(delivery.allowance()).toBe(0);
    expect(delivery.backlog()).toBeUndefined();
    expect(delivery.waiting).toBe(10);
  });

  it('gets no backlog when it connects anew', () => {
    const delivery = tenSent();
    delivery.lost();
    delivery.born();
    expect(delivery.backlog()).toEqual({ epoch: 'now', from: 1 });
    expect(delivery.allowance()).toBe(0);
  });
});

describe('acknowledgements', () => {
  it('settle ranges, of the primary host only', () => {
    const delivery = tenSent();
    expect(delivery.acknowledge(ack({ host: 'other', done: [[1, 10]] }), 0)).toBeUndefined();
    expect(delivery.isAcknowledged).toBe(false);
    expect(
      delivery.acknowledge(
        ack({
          done: [
            [1, 3],
            [5, 5],
          ],
        }),
        0,
      ),
    ).toEqual([
      [1, 3],
      [5, 5],
    ]);
    expect(delivery.acknowledge(ack({ done: [[1, 4]] }), 0)).toEqual([[4, 4]]);
    expect(delivery.waiting).toBe(5);
    expect(delivery.first).toBe(6);
  });

  it('of numbers never taken, or of an unknown epoch, settle nothing', () => {
    const delivery = tenSent();
    expect(delivery.acknowledge(ack({ done: [[9, 50]] }), 0)).toEqual([[9, 10]]);
    delivery.taken(12);
    expect(delivery.waiting).toBe(10);
    expect(delivery.acknowledge(ack({ epoch: 'unknown', done: [[1, 10]] }), 0)).toBeUndefined();
  });

  it('without a primary host settle nothing', () => {
    const delivery = tenSent({ ...SETTINGS, primaryHost: undefined as never });
    expect(delivery.acknowledge(ack({ done: [[1, 10]] }), 0)).toBeUndefined();
    expect(delivery.waiting).toBe(10);
  });

  it('credit bounds the backlog, and 0 pauses it', () => {
    const delivery = new Delivery(SETTINGS, 'now', [{ epoch: 'old', startedMs: 0, lastN: 100, waiting: [[1, 100]] }]);
    delivery.born();
    delivery.acknowledge(ack({ epoch: 'old', credit: 30 }), 0);
    expect(delivery.allowance()).toBe(30);
    delivery.sentBacklog({ epoch: 'old', ranges: delivery.claim('old', 1, 20) }, 0);
    expect(delivery.allowance()).toBe(10);
    delivery.acknowledge(ack({ epoch: 'old', credit: 0 }), 0);
    expect(delivery.allowance()).toBe(0);
  });
});

describe('repeats', () => {
  it('come after the time-out, and only what the host has not received', () => {
    const delivery = tenSent();
    delivery.acknowledge(ack({ done: [[1, 2]], received: 6 }), 0);
    delivery.tick(14_999);
    expect(delivery.backlog()).toBeUndefined();
    delivery.tick(15_000);
    expect(delivery.backlog()).toEqual({ epoch: 'now', from: 7 });
    expect(delivery.claim('now', 7, 1000)).toEqual([[7, 10]]);
  });

  it('of received records come when the host says that it lost them', () => {
    const delivery = tenSent();
    delivery.acknowledge(ack({ received: 10 }), 0);
    delivery.tick(1_000_000);
    expect(delivery.backlog()).toBeUndefined();
    delivery.acknowledge(ack({ received: 4 }), 0);
    expect(delivery.backlog()).toEqual({ epoch: 'now', from: 5 });
  });

  it('come at once after a birth, when the host has answered it', () => {
    const delivery = tenSent();
    delivery.acknowledge(ack({ received: 10 }), 0);
    delivery.born();
    delivery.acknowledge(ack({ done: [[1, 4]], received: 4 }), 0);
    expect(delivery.backlog()).toEqual({ epoch: 'now', from: 5 });
  });

  it('become rarer while nothing is settled', () => {
    const delivery = tenSent();
    delivery.acknowledge(ack(), 0);
    const repeatedAt: number[] = [];
    for (let nowMs = 0; nowMs < 1_200_000; nowMs += 1000) {
      delivery.tick(nowMs);
      const backlog = delivery.backlog();
      if (!backlog) continue;
      repeatedAt.push(nowMs);
      delivery.sentBacklog({ epoch: 'now', ranges: delivery.claim('now', backlog.from, 10) }, nowMs);
    }
    expect(repeatedAt).toEqual([15_000, 45_000, 105_000, 225_000, 465_000, 765_000, 1_065_000]);
    expect(delivery.waiting).toBe(10);
  });
});

describe('a record that stays unsettled', () => {
  it('after five sends, while later ones are settled, is given up alone', () => {
    const delivery = tenSent();
    const abandoned: unknown[] = [];
    let sends = 1;
    for (let nowMs = 0; nowMs < 3_600_000; nowMs += 1000) {
      const next = 11 + nowMs / 1000;
      delivery.taken(next);
      delivery.sentLive(next, next, nowMs);
      delivery.acknowledge(
        ack({
          done: [
            [1, 4],
            [6, next],
          ],
          received: 4,
        }),
        nowMs,
      );
      abandoned.push(...delivery.tick(nowMs));
      if (delivery.backlog() === undefined) continue;
      sends += 1;
      delivery.sentBacklog({ epoch: 'now', ranges: delivery.claim('now', 5, 5) }, nowMs);
    }
    expect(abandoned).toEqual([{ epoch: 'now', ranges: [[5, 5]] }]);
    expect(sends).toBe(5);
    expect(delivery.waiting).toBe(0);
  });

  it('is never given up while nothing else is settled either', () => {
    const delivery = tenSent();
    for (let nowMs = 0; nowMs < 86_400_000; nowMs += 15_000) {
      delivery.acknowledge(ack(), nowMs);
      expect(delivery.tick(nowMs)).toEqual([]);
      if (delivery.backlog()) delivery.sentBacklog({ epoch: 'now', ranges: delivery.claim('now', 1, 10) }, nowMs);
    }
    expect(delivery.waiting).toBe(10);
  });
});

describe('earlier epochs', () => {
  it('drain oldest first, before what waits of the running one', () => {
    const earlier = ['a', 'b'].map((epoch) => ({
      epoch,
      startedMs: 0,
      lastN: 10,
      waiting: [[5, 6]] as [number, number][],
    }));
    const delivery = new Delivery(SETTINGS, 'now', earlier);
    delivery.taken(3);
    expect(delivery.waiting).toBe(7);
    const order: unknown[] = [];
    for (let backlog = delivery.backlog(); backlog; backlog = delivery.backlog()) {
      order.push([backlog.epoch, delivery.claim(backlog.epoch, backlog.from, 1000)]);
    }
    expect(order).toEqual([
      ['a', [[5, 6]]],
      ['b', [[5, 6]]],
      ['now', [[1, 3]]],
    ]);
  });

  it('are remembered until they are forgotten, the running one always', () => {
    const delivery = new Delivery(SETTINGS, 'now', [{ epoch: 'old', startedMs: 0, lastN: 7, waiting: [] }]);
    expect(delivery.earlierEpochs()).toEqual([{ epoch: 'old', lastN: 7, waiting: 0 }]);
    delivery.forget('old');
    delivery.forget('now');
    expect(delivery.earlierEpochs()).toEqual([]);
    delivery.taken(1);
    expect(delivery.waiting).toBe(1);
  });
});

describe('the window', () => {
  it('grows while answers come soon and shrinks when they take long', () => {
    const delivery = new Delivery(SETTINGS, 'now', [
      { epoch: 'old', startedMs: 0, lastN: 100_000, waiting: [[1, 100_000]] },
    ]);
    delivery.born();
    let nowMs = 0;
    let done = 0;
    const fill = (): number => {
      let messages = 0;
      while (delivery.allowance() > 0) {
        const from = delivery.backlog()?.from ?? 0;
        delivery.sentBacklog({ epoch: 'old', ranges: delivery.claim('old', from, from + 9) }, nowMs);
        messages += 1;
      }
      return messages;
    };
    const answer = (afterMs: number): void => {
      nowMs += afterMs;
      done = (delivery.backlog()?.from ?? 1) - 1;
      delivery.acknowledge(
        ack({ epoch: 'old', done: done > 0 ? [[1, done]] : [], received: done, credit: 100_000 }),
        nowMs,
      );
    };
    answer(0);
    expect(fill()).toBe(4);
    answer(500);
    expect(fill()).toBe(8);
    answer(500);
    expect(fill()).toBe(16);
    answer(5000);
    expect(fill()).toBe(1);
  });
});
