import { mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import mqttPacket from 'mqtt-packet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeCompact } from '../../../../edge/outbox/compact-codec.ts';
import { OutboxStore } from '../../../../edge/outbox/outbox-store.ts';
import type { OutboxRecord } from '../../../../edge/outbox/record.ts';
import { RecordWriter } from '../../../../edge/outbox/record-codec.ts';
import { encodePayload } from '../../../../edge/protocol/payload.ts';
import { recordKey } from '../../../faults/compare/absent-records.ts';
import { blockRecords } from '../../../faults/evidence/block-records.ts';
import { edgeDeaths } from '../../../faults/evidence/edge-deaths.ts';
import { heldRecords, leftRecords } from '../../../faults/evidence/held-records.ts';
import { copyOutbox } from '../../../faults/evidence/outbox-copy.ts';
import { beforeStalls } from '../../../faults/evidence/stall-watch.ts';
import { WireTap } from '../../../faults/evidence/wire-tap.ts';

const cell = fc.oneof(
  fc.record({ value: fc.double({ noNaN: true, noDefaultInfinity: true }), code: fc.constant(0) }),
  fc.record({ value: fc.float({ noNaN: true, noDefaultInfinity: true }), code: fc.constant(0) }),
  fc.record({ value: fc.constant(Number.NaN), code: fc.integer({ min: 1, max: 9 }) }),
);
/** Numbers ascend; a layout has one width. */
const someRecords = fc
  .array(
    fc.record({
      step: fc.integer({ min: 1, max: 100_000 }),
      layoutId: fc.integer({ min: 1, max: 3 }),
      timeMs: fc.integer({ min: -1, max: 4_000_000_000_000 }),
      clockGeneration: fc.integer({ min: 1, max: 300 }),
      cells: fc.array(cell, { minLength: 3, maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((drawn) => {
    let n = 0;
    return drawn.map(({ step, layoutId, timeMs, clockGeneration, cells }): OutboxRecord => {
      n += step;
      const width = layoutId;
      const values = Float64Array.from(cells.slice(0, width), ({ value }) => value);
      const quality = Uint8Array.from(cells.slice(0, width), ({ code }) => code);
      return { n, layoutId, timeMs, clockGeneration, values, quality };
    });
  });

function asRead({ layoutId, values, quality }: OutboxRecord) {
  return { layoutId, values: Array.from(values, (value, index) => (quality[index] === 0 ? value : undefined)) };
}

describe('the reader of blocks', () => {
  it('reads what the edge writes first', () => {
    fc.assert(
      fc.property(someRecords, (records) => {
        const writer = new RecordWriter();
        for (const record of records) writer.append(record);
        expect(blockRecords(0, writer.finish()?.data ?? new Uint8Array())).toEqual(records.map(asRead));
      }),
    );
  });

  it('reads what the edge makes of it later, layout by layout', () => {
    fc.assert(
      fc.property(someRecords, (records) => {
        const byLayout = [...Map.groupBy(records, ({ layoutId }) => layoutId).values()].flat();
        expect(blockRecords(1, encodeCompact(records))).toEqual(byLayout.map(asRead));
      }),
    );
  });
});

describe('what is read of a killed outbox', () => {
  const METRICS = ['voltage_a', 'current_a'];
  const COUNT = 400;
  let folder: string;
  let store: OutboxStore;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gridwarden-held-'));
    store = new OutboxStore({ file: join(folder, 'outbox.sqlite'), maxBytes: 64e6, maxAgeMs: 1e9 }, () => 0);
    store.open('epoch', 0);
    const [layoutId = 0] = store.register([{ device: 'M-1', pollClass: 'fast', metrics: METRICS }], [], 0);
    for (let n = 1; n <= COUNT; n++) take(layoutId, n);
  });
  afterEach(() => {
    store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Takes answer n of the device, in a block of its own. */
  function take(layoutId: number, n: number): void {
    const writer = new RecordWriter();
    const values = Float64Array.of(n + 0.25, n + 0.5);
    writer.append({ n, layoutId, timeMs: n, clockGeneration: 1, values, quality: new Uint8Array(2) });
    const encoded = writer.finish();
    if (!encoded) throw new Error('no block');
    const nothing = { settled: [], giveUps: [], tombstonesDone: [], epochsDone: [], devices: [] };
    store.commit({ ...nothing, blocks: [{ ...encoded, keepClass: 0 }], lastN: n, nowMs: 0 });
  }

  const keys = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => recordKey('M-1', from + index, 'fast'));

  it('is all that was taken, and with a shorter log what it still has', async () => {
    const copy = await copyOutbox(join(folder, 'outbox.sqlite'), join(folder, 'copy'));
    const torn = await copyOutbox(join(folder, 'outbox.sqlite'), join(folder, 'torn'));
    truncateSync(`${torn}-wal`, 400_000);
    const held = heldRecords(copy);
    expect([...held.values()].flat()).toEqual(keys(1, COUNT));
    const left = leftRecords(torn, held);
    expect(left.size).toBeGreaterThan(10);
    expect([...left]).toEqual(keys(1, left.size));
    expect(left.size).toBeLessThan(COUNT);
  });

  it('is what lies before and behind a hole', async () => {
    const copy = await copyOutbox(join(folder, 'outbox.sqlite'), join(folder, 'copy'));
    const held = heldRecords(copy);
    // Reading has put the log into the file.
    const torn = await copyOutbox(copy, join(folder, 'torn'));
    truncateSync(torn, 60_000);
    const left = leftRecords(torn, held);
    expect(left.size).toBeGreaterThan(10);
    expect(left.size).toBeLessThan(COUNT);
  });

  it('is what can be read, when its edge was killed again before it had opened what was torn', async () => {
    const torn = await copyOutbox(join(folder, 'outbox.sqlite'), join(folder, 'torn'));
    heldRecords(torn);
    truncateSync(torn, 60_000);
    const again = await copyOutbox(torn, join(folder, 'again'));
    const kill = { kind: 'kill', target: 'edge-1', toMs: 3 } as const;
    const earlier = { ...kill, fromMs: 1, outbox: { asKilled: join(folder, 'none'), asTorn: torn } };
    const later = { ...kill, fromMs: 2, outbox: { asKilled: again } };
    const deaths = edgeDeaths([later, earlier]);
    expect(deaths.map(({ atMs }) => atMs)).toEqual([1, 2]);
    expect(deaths[1]?.held.size).toBeGreaterThan(10);
    expect(deaths[1]?.held).toEqual(deaths[0]?.left);
    // Where nobody tore it, damage is no matter of course.
    expect(() => edgeDeaths([later])).toThrow();
  });

  it('is nothing where there is no file', () => {
    expect(heldRecords(join(folder, 'none')).size).toBe(0);
    expect(leftRecords(join(folder, 'none'), new Map()).size).toBe(0);
  });
});

describe('a moment before stalls', () => {
  it('lies as much earlier as the machine stalled in between', () => {
    expect(beforeStalls(1000, 200, [])).toBe(800);
    expect(beforeStalls(1000, 200, [{ fromMs: 850, toMs: 950 }])).toBe(700);
    expect(beforeStalls(1000, 200, [{ fromMs: 700, toMs: 1100 }])).toBe(500);
    expect(
      beforeStalls(1000, 200, [
        { fromMs: 600, toMs: 750 },
        { fromMs: 850, toMs: 950 },
      ]),
    ).toBe(550);
    expect(
      beforeStalls(1000, 200, [
        { fromMs: 100, toMs: 800 },
        { fromMs: 1000, toMs: 1500 },
      ]),
    ).toBe(800);
  });
});

describe('what reads along on the wire', () => {
  const topic = (type: string) => `spBv1.0/faults/${type}/edge-1/M-1`;

  function publish(type: string, metrics: Parameters<typeof encodePayload>[0]['metrics']): Buffer {
    const payload = Buffer.from(encodePayload({ timestamp: 1, seq: 0, metrics: metrics ?? [] }));
    const flags = { qos: 0, dup: false, retain: false } as const;
    return mqttPacket.generate({ cmd: 'publish', topic: topic(type), payload, ...flags });
  }

  it('knows the records by their values, whatever the pieces in which they pass', () => {
    const tap = new WireTap();
    const take = tap.readAlong('edge-1')();
    const born = [
      { name: 'Delivery/N', alias: 1 },
      { name: 'voltage_a', alias: 2 },
      { name: 'energy_import', alias: 3 },
    ];
    const data = [
      { alias: 1, longValue: 77 },
      { alias: 2, doubleValue: 5.25 },
      { alias: 1, longValue: 78 },
      { alias: 3, intValue: 5 },
      { alias: 1, longValue: 79 },
      { alias: 2, isNull: true },
    ];
    const bytes = Buffer.concat([publish('DBIRTH', born), publish('DDATA', data)]);
    for (let at = 0; at < bytes.length; at += 7) take(bytes.subarray(at, at + 7));
    expect([...tap.sentMs.keys()]).toEqual([recordKey('M-1', 5, 'fast'), recordKey('M-1', 5, 'registers')]);
  });
});
