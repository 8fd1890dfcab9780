import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { idOf, NodeWorld, type Published } from './node-world.ts';

/** Everything that a round may take, and a second more. */
const ROUND_MS = 4000;

async function upAndBorn(devices: number): Promise<NodeWorld> {
  const world = await NodeWorld.start(devices);
  for (let index = 0; index < devices; index++) world.health(index, true);
  await world.pass(0);
  for (let ms = 0; ms < ROUND_MS; ms += 100) await world.pass(100);
  return world;
}

/** The messages since the newest NBIRTH. */
function session(world: NodeWorld): Published[] {
  return world.sent.slice(world.sent.findLastIndex(({ type }) => type === 'NBIRTH'));
}

function voltage(birth: Published | undefined): number | undefined {
  return birth?.payload.metrics.find(({ name }) => name === 'voltage_a')?.doubleValue ?? undefined;
}

describe('the births of a node', () => {
  it('come at once when there are few', async () => {
    const world = await upAndBorn(50);
    world.rebirth();
    await world.pass(0);
    expect(session(world).filter(({ type }) => type === 'DBIRTH')).toHaveLength(50);
  });

  it('come in slices when there are many, within three seconds, and data after the last of them', async () => {
    const world = await upAndBorn(1000);
    world.rebirth();
    await world.pass(0);
    const begunMs = world.clock.nowMs();
    expect(session(world).length).toBeLessThan(100);
    for (let round = 0; round < 30; round++) {
      world.read(round);
      await world.pass(100);
    }
    const sent = session(world);
    const births = sent.filter(({ type }) => type === 'DBIRTH');
    expect(new Set(births.map(({ device }) => device)).size).toBe(1000);
    expect(births).toHaveLength(1000);
    expect((births.at(-1)?.atMs ?? 0) - begunMs).toBeLessThan(3000);
    const firstData = sent.findIndex(({ type }) => type === 'DDATA');
    expect(firstData).toBe(1001);
    expect(sent.slice(firstData).filter(({ type }) => type === 'DDATA')).toHaveLength(30);
  });

  it('bring what is read meanwhile with the next slice', async () => {
    const world = await upAndBorn(1000);
    for (let index = 0; index < 1000; index++) world.read(index);
    await world.pass(100);
    world.rebirth();
    await world.pass(0);
    // The one that was read first is read next; without that it would be the last to be born.
    expect(session(world).some(({ device }) => device === idOf(0))).toBe(false);
    world.read(0, 241.5);
    await world.pass(0);
    await world.pass(20);
    const birth = session(world).find(({ device }) => device === idOf(0));
    expect(birth?.type).toBe('DBIRTH');
    expect(voltage(birth)).toBe(241.5);
  });

  it('wait while the network takes no more', async () => {
    const world = await upAndBorn(200);
    world.rebirth();
    await world.pass(0);
    const begun = session(world).length;
    world.bufferedBytes = 10 ** 6;
    await world.pass(1000);
    expect(session(world)).toHaveLength(begun);
    world.bufferedBytes = 0;
    await world.pass(2000);
    expect(session(world).filter(({ type }) => type === 'DBIRTH')).toHaveLength(200);
  });
});

describe('a connection that is lost between births', () => {
  it('ends them: what is read afterwards counts as sent to nobody', async () => {
    const world = await upAndBorn(200);
    world.rebirth();
    await world.pass(0);
    world.isReachable = false;
    world.cut();
    await world.pass(3000);
    const published = await world.published();
    for (let index = 0; index < 200; index++) world.read(index);
    await world.pass(100);
    expect(await world.published()).toBe(published);
    world.isReachable = true;
    for (let ms = 0; ms < 40_000; ms += 500) await world.pass(500);
    expect(session(world).filter(({ type }) => type === 'DBIRTH')).toHaveLength(200);
  });
});

const DEVICES = 120;
const device = fc.nat(DEVICES - 1);
const event = fc.oneof(
  { weight: 6, arbitrary: device.map((index) => (world: NodeWorld) => world.read(index)) },
  { weight: 1, arbitrary: device.map((index) => (world: NodeWorld) => world.health(index, false)) },
  { weight: 1, arbitrary: device.map((index) => (world: NodeWorld) => world.health(index, true)) },
  { weight: 1, arbitrary: fc.constant((world: NodeWorld) => world.rebirth()) },
  { weight: 1, arbitrary: fc.constant((world: NodeWorld) => world.cut()) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(0, 10 ** 6).map((bytes) => (world: NodeWorld) => {
      world.bufferedBytes = bytes;
    }),
  },
);
const story = fc.array(fc.tuple(fc.nat(400), event), { maxLength: 40 });

describe('whatever happens meanwhile', () => {
  it('numbers follow each other, and no device has data or a death before its birth', async () => {
    await fc.assert(
      fc.asyncProperty(story, async (events) => {
        const world = await upAndBorn(DEVICES);
        for (const [ms, happens] of events) {
          happens(world);
          await world.pass(ms);
        }
        for (const part of sessions(world.sent)) inOrder(part);
      }),
      { numRuns: 60 },
    );
  });

  it('no data come between the births of one round, and in the end every device that answers is born', async () => {
    await fc.assert(
      fc.asyncProperty(story, async (events) => {
        const world = await upAndBorn(DEVICES);
        for (const [ms, happens] of events) {
          happens(world);
          await world.pass(ms);
        }
        world.bufferedBytes = 0;
        for (let index = 0; index < DEVICES; index++) world.health(index, true);
        for (let ms = 0; ms < 20_000; ms += 500) await world.pass(500);
        world.rebirth();
        for (let ms = 0; ms < ROUND_MS; ms += 100) {
          world.read(ms % DEVICES);
          await world.pass(100);
        }
        const sent = session(world);
        expect(sent.slice(1, DEVICES + 1).every(({ type }) => type === 'DBIRTH')).toBe(true);
        expect(new Set(sent.slice(1, DEVICES + 1).map((message) => message.device)).size).toBe(DEVICES);
      }),
      { numRuns: 30 },
    );
  });
});

/** The messages from each NBIRTH to the next. */
function sessions(sent: readonly Published[]): Published[][] {
  const parts: Published[][] = [];
  for (const message of sent) {
    if (message.type === 'NBIRTH') parts.push([]);
    if (message.type !== 'NDEATH') parts.at(-1)?.push(message);
  }
  return parts;
}

function inOrder(part: readonly Published[]): void {
  const alive = new Set<string | undefined>();
  for (const [place, { seq, type, device: name, connection }] of part.entries()) {
    expect(seq).toBe(place % 256);
    expect(connection).toBe(part[0]?.connection);
    if (type === 'DBIRTH') alive.add(name);
    else if (type === 'DDATA' || type === 'DDEATH') expect(alive.has(name)).toBe(true);
    if (type === 'DDEATH') alive.delete(name);
  }
}
