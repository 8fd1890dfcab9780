import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Range, RangeSet } from '../../../../edge/protocol/ranges.ts';
import { ReceivedStream } from '../../../../server/ingest/received-stream.ts';

function take(stream: ReceivedStream, batch: RangeSet, ...numbers: number[]): void {
  for (const n of numbers) if (stream.check(n) === 'new') stream.take(n, batch);
}

describe('the numbers of one epoch at the host', () => {
  test('are settled by the commit, not by receipt', () => {
    const stream = new ReceivedStream();
    const batch = stream.openBatch();
    take(stream, batch, 1, 2, 3);
    expect(stream.done(10).ranges).toEqual([]);
    expect(stream.received()).toBe(3);
    expect(stream.check(2)).toBe('waiting');
    stream.committed(batch);
    expect(stream.done(10).ranges).toEqual([[1, 3]]);
    expect(stream.check(2)).toBe('duplicate');
  });

  test('received is a prefix: a hole holds it back until it is filled', () => {
    const stream = new ReceivedStream();
    const batch = stream.openBatch();
    take(stream, batch, 1, 2, 4, 5);
    expect(stream.received()).toBe(2);
    take(stream, batch, 3);
    expect(stream.received()).toBe(5);
  });

  test('a batch that was given up is received no longer', () => {
    const stream = new ReceivedStream();
    const batch = stream.openBatch();
    take(stream, batch, 1, 2);
    expect(stream.received()).toBe(2);
    stream.released(batch);
    expect(stream.received()).toBe(0);
    expect(stream.check(1)).toBe('new');
  });

  test('what the store had before a restart is known again', () => {
    const stream = new ReceivedStream();
    stream.restore([[1, 5]]);
    expect(stream.check(3)).toBe('duplicate');
    expect(stream.lastN).toBe(5);
    expect(stream.received()).toBe(5);
  });

  test('below first all counts as settled; what this host never had of it is told', () => {
    const stream = new ReceivedStream();
    stream.restore([[2, 3]]);
    expect(stream.settledBelow(6)).toEqual([
      [1, 1],
      [4, 5],
    ]);
    expect(stream.received()).toBe(5);
  });

  test('explanations cover only what is missing; what is stored all the same counts as stored', () => {
    const stream = new ReceivedStream();
    const batch = stream.openBatch();
    take(stream, batch, 2);
    expect(stream.explain(1, 3)).toEqual([
      [1, 1],
      [3, 3],
    ]);
    take(stream, batch, 3);
    stream.committed(batch);
    expect([stream.stored.count, stream.explainedCount()]).toEqual([2, 1]);
    expect(stream.done(10).ranges).toEqual([[1, 3]]);
  });

  test('a list that is too long is told in parts, each with the lowest ranges', () => {
    const stream = new ReceivedStream();
    stream.restore([1, 3, 5, 7, 9, 11, 13].map((n) => [n, n] as const));
    const numbers = (after?: number) => stream.done(4, after).ranges.map(([from]) => from);
    expect([numbers(), stream.done(4).next]).toEqual([[1, 3, 5, 7], 7]);
    expect([numbers(7), stream.done(4, 7).next]).toEqual([[1, 3, 9, 11], 11]);
    expect([numbers(11), stream.done(4, 11).next]).toEqual([[1, 3, 13], 0]);
    // What was behind has been settled into one range meanwhile: the round begins anew.
    expect([numbers(13), stream.done(4, 13).next]).toEqual([[1, 3, 5, 7], 7]);
  });
});

/**
 * An edge, a lossy link and a host that crashes: whatever happens in whatever order, what was acknowledged is durable,
 * each number is handed to the store once between crashes, and in the end everything is settled.
 */
type Step =
  | { readonly do: 'take' }
  | { readonly do: 'send' | 'resend' | 'lose' | 'give up'; readonly which: number }
  | { readonly do: 'open' | 'commit' | 'fail' | 'crash' | 'acknowledge' };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ do: 'take' } as const) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom('send', 'send', 'resend', 'lose', 'give up'),
      which: fc.nat(1000),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom('open', 'commit', 'commit', 'fail', 'crash', 'acknowledge', 'acknowledge'),
    }),
  },
);

class World {
  /** At the edge: numbers not settled by an acknowledgement, and those it has given up. */
  readonly unsettled = new Set<number>();
  readonly givenUp = new Set<number>();
  taken = 0;
  /** In the store, with how often each was handed over. */
  readonly durable = new RangeSet();
  readonly handedOver = new Map<number, number>();
  readonly explainedOnDisk = new RangeSet();
  stream = new ReceivedStream();
  batches: RangeSet[] = [];

  run(action: Step): void {
    switch (action.do) {
      case 'take':
        this.unsettled.add(++this.taken);
        break;
      case 'send':
      case 'resend':
        this.receive(this.pick(action.which));
        break;
      case 'lose':
        break;
      case 'give up':
        this.giveUp(this.pick(action.which));
        break;
      case 'open':
        this.batches.push(this.stream.openBatch());
        break;
      case 'commit':
        this.commit();
        break;
      case 'fail':
        break;
      case 'crash':
        this.crash();
        break;
      case 'acknowledge':
        this.acknowledge();
    }
    this.check();
  }

  pick(which: number): number | undefined {
    const numbers = [...this.unsettled];
    return numbers[which % Math.max(1, numbers.length)];
  }

  receive(n: number | undefined): void {
    if (n === undefined || this.stream.check(n) !== 'new') return;
    let batch = this.batches.at(-1);
    if (!batch) {
      batch = this.stream.openBatch();
      this.batches.push(batch);
    }
    this.stream.take(n, batch);
    this.handedOver.set(n, (this.handedOver.get(n) ?? 0) + 1);
  }

  giveUp(n: number | undefined): void {
    if (n === undefined) return;
    this.givenUp.add(n);
    this.explainedOnDisk.addAll(this.stream.explain(n, n));
  }

  commit(): void {
    const batch = this.batches.shift();
    if (!batch) return;
    this.durable.addAll(batch.toArray());
    this.stream.committed(batch);
  }

  crash(): void {
    this.stream = new ReceivedStream();
    this.stream.restore(this.durable.toArray());
    for (const [from, to] of this.explainedOnDisk.toArray()) this.stream.explain(from, to);
    this.batches = [];
    this.handedOver.clear();
  }

  acknowledge(): void {
    for (const [from, to] of this.stream.done(1000).ranges) {
      for (let n = from; n <= to; n++) {
        const isDurable = this.durable.has(n) || this.explainedOnDisk.has(n);
        if (!isDurable) throw new Error(`${n} was acknowledged and is neither stored nor explained`);
        this.unsettled.delete(n);
      }
    }
  }

  check(): void {
    for (const [n, times] of this.handedOver) if (times > 1) throw new Error(`${n} was handed over ${times} times`);
    const prefix = this.stream.received();
    for (let n = 1; n <= prefix; n++) {
      const isKnown = this.durable.has(n) || this.explainedOnDisk.has(n) || this.batches.some((batch) => batch.has(n));
      if (!isKnown) throw new Error(`received says ${prefix}, but ${n} is not there`);
    }
  }

  /** The world becomes quiet: everything is sent again until all of it is settled. */
  settle(): void {
    for (let round = 0; round < 3; round++) {
      for (const n of [...this.unsettled]) this.receive(n);
      while (this.batches.length > 0) this.commit();
      this.acknowledge();
    }
  }
}

describe('any interleaving of send, loss, repetition, commit and crash', () => {
  test('acknowledges only what is durable, stores nothing twice, and settles in the end', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const world = new World();
        for (const action of steps) world.run(action);
        world.settle();
        expect([...world.unsettled]).toEqual([]);
        const settled = new RangeSet([...world.durable.toArray(), ...world.explainedOnDisk.toArray()]);
        const all: Range[] = world.taken === 0 ? [] : [[1, world.taken]];
        expect(settled.toArray()).toEqual(all);
        const { stream } = world;
        expect(stream.stored.count + stream.explainedCount()).toBe(world.taken);
      }),
      { numRuns: 500 },
    );
  });
});
