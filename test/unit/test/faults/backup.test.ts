import mqttPacket from 'mqtt-packet';
import { describe, expect, it } from 'vitest';
import { DATA_TYPES } from '../../../../edge/protocol/datatypes.ts';
import { DELIVERY, encodeAck } from '../../../../edge/protocol/delivery.ts';
import { encodePayload, type MetricFields } from '../../../../edge/protocol/payload.ts';
import { isGoodBackup } from '../../../faults/backup-report.ts';
import { recordKey } from '../../../faults/compare/absent-records.ts';
import type { StoredRow } from '../../../faults/compare/match-stored.ts';
import {
  compareRestored,
  isCleanSight,
  type Promised,
  promisedRecords,
  type RestoredSight,
  seenIn,
} from '../../../faults/compare/restored.ts';
import { HeardAcks } from '../../../faults/evidence/ack-witness.ts';
import { WireTap } from '../../../faults/evidence/wire-tap.ts';
import { backupMoment } from '../../../faults/plan/plan.ts';
import { GIVEN, NO_EXCUSES, START_MS } from './three-answers.ts';

function row(metric: string, value: number, timeMs: number): StoredRow {
  return { device: 'M-1', metric, timeMs, value, origin: 'live' };
}

const FIRST = [row('voltage_a', 1.5, START_MS + 3), row('current_a', 1.25, START_MS + 3)];
const SECOND = [row('voltage_a', 2.5, START_MS + 1003), row('current_a', 2.25, START_MS + 1003)];
const REGISTER = [row('energy_import', 2, START_MS + 1004)];
const THIRD = [row('voltage_a', 3.5, START_MS + 2003), row('current_a', 3.25, START_MS + 2003)];

/** The first two answers were acknowledged; the register of the second went missing in the original, too. */
function promised(original: readonly StoredRow[] = [...FIRST, ...SECOND, ...THIRD]): Promised {
  const acknowledged = new Set([
    recordKey('M-1', 1, 'fast'),
    recordKey('M-1', 2, 'fast'),
    recordKey('M-1', 2, 'registers'),
  ]);
  return { given: GIVEN, acknowledged, original: seenIn(GIVEN, original, NO_EXCUSES) };
}

function counts({ records, missing, duplicate, altered, unexplained }: RestoredSight) {
  return [records, missing.count, duplicate.count, altered.count, unexplained.count];
}

describe('what was restored', () => {
  it('is whole with all that was acknowledged and stored, whatever else came while the backup was made', () => {
    for (const rows of [
      [...FIRST, ...SECOND],
      [...THIRD, ...SECOND, ...FIRST],
    ]) {
      const sight = compareRestored(promised(), rows, NO_EXCUSES);
      expect(counts(sight)).toEqual([rows.length / 2, 0, 0, 0, 0]);
      expect(isCleanSight(sight)).toBe(true);
    }
    expect(promisedRecords(promised())).toBe(2);
    expect(promisedRecords(promised([...FIRST, ...SECOND, ...REGISTER]))).toBe(3);
  });

  it('misses each value that was acknowledged, stored, and is not there', () => {
    const sight = compareRestored(promised([...FIRST, ...SECOND, ...REGISTER]), FIRST.slice(1), NO_EXCUSES);
    expect(counts(sight)).toEqual([1, 4, 0, 0, 0]);
    expect(isCleanSight(sight)).toBe(false);
    expect(sight.missing.examples[0]).toContain('M-1 voltage_a of answer 1');
  });

  it('is there once, unaltered, and was given out', () => {
    const [voltage = row('', 0, 0), current = row('', 0, 0)] = FIRST;
    const twice = compareRestored(promised(), [...FIRST, ...SECOND, voltage], NO_EXCUSES);
    expect(counts(twice)).toEqual([2, 0, 1, 0, 0]);
    const other = compareRestored(promised(), [voltage, { ...current, value: 1.125 }, ...SECOND], NO_EXCUSES);
    expect(counts(other)).toEqual([2, 0, 0, 1, 0]);
    const moved = compareRestored(promised(), [voltage, { ...current, timeMs: 5 }, ...SECOND], NO_EXCUSES);
    expect(counts(moved)).toEqual([2, 0, 0, 1, 0]);
    const made = compareRestored(promised(), [...FIRST, ...SECOND, row('voltage_a', 9.5, START_MS)], NO_EXCUSES);
    expect(counts(made)).toEqual([3, 0, 0, 0, 1]);
  });

  it('proves nothing without a record, with a wrong account, or when something spoiled was not found', () => {
    const sight = compareRestored(promised(), [...FIRST, ...SECOND], NO_EXCUSES);
    const spoil = { name: 'spoiled', mustFind: 'missing', spoil: () => Promise.resolve() } as const;
    const good = { tries: 1, notes: [], acknowledged: 2, store: sight, api: sight, books: [], spoiled: [] };
    expect(isGoodBackup({ ...good, spoiled: [{ spoil, found: 1 }] })).toBe(true);
    expect(isGoodBackup({ ...good, acknowledged: 0 })).toBe(false);
    expect(isGoodBackup({ ...good, books: ['wrong'] })).toBe(false);
    expect(isGoodBackup({ ...good, spoiled: [{ spoil, found: 0 }] })).toBe(false);
    expect(isGoodBackup({ ...good, api: compareRestored(promised(), FIRST, NO_EXCUSES) })).toBe(false);
  });
});

describe('what the server has acknowledged', () => {
  const ALIAS = { epoch: 1, n: 2, voltage: 3, energy: 4 } as const;

  function publish(type: string, metrics: MetricFields[]): Buffer {
    const payload = Buffer.from(encodePayload({ timestamp: 1, seq: 0, metrics }));
    const topic = `spBv1.0/faults/${type}/edge-1/M-1`;
    return mqttPacket.generate({ cmd: 'publish', topic, payload, qos: 0, dup: false, retain: false });
  }

  function birth(epoch: string): Buffer {
    return publish('DBIRTH', [
      { name: DELIVERY.epoch, alias: ALIAS.epoch, stringValue: epoch },
      { name: DELIVERY.n, alias: ALIAS.n, longValue: 40 },
      { name: 'voltage_a', alias: ALIAS.voltage },
      { name: 'energy_import', alias: ALIAS.energy },
    ]);
  }

  const record = (n: number, counter: number): MetricFields[] => [
    { alias: ALIAS.n, longValue: n },
    { alias: ALIAS.voltage, doubleValue: counter + 0.25 },
  ];
  const epoch = (name: string): MetricFields => ({ alias: ALIAS.epoch, stringValue: name });

  function ack(acks: HeardAcks, of: string, done: [number, number][]): void {
    const stringValue = encodeAck({ host: 'gridwarden', epoch: of, done, received: 0, credit: 1 });
    const metrics = [{ alias: 9, datatype: DATA_TYPES.String, stringValue }];
    acks.hear('spBv1.0/faults/NCMD/edge-1', encodePayload({ timestamp: 1, metrics }));
  }

  it('is known by the numbers under which it was sent, epoch by epoch', () => {
    const wire = new WireTap();
    const reader = wire.readAlong('edge-1');
    const take = reader();
    take(birth('now'));
    take(publish('DDATA', [...record(7, 101), ...record(8, 102), { alias: ALIAS.n, longValue: 9 }]));
    take(publish('DDATA', [epoch('before'), ...record(7, 55), { alias: ALIAS.energy, doubleValue: 55 }]));
    take(publish('DDATA', record(9, 103)));
    const acks = new HeardAcks();
    expect([...acks.acknowledged(wire)]).toEqual([]);
    ack(acks, 'now', [
      [1, 7],
      [9, 9],
    ]);
    expect([...acks.acknowledged(wire)]).toEqual([recordKey('M-1', 101, 'fast'), recordKey('M-1', 103, 'fast')]);
    ack(acks, 'before', [[7, 7]]);
    ack(acks, 'other', [[1, 100]]);
    expect([...acks.acknowledged(wire)].slice(2)).toEqual([
      recordKey('M-1', 55, 'fast'),
      recordKey('M-1', 55, 'registers'),
    ]);
  });

  it('is another epoch on a new connection', () => {
    const wire = new WireTap();
    const reader = wire.readAlong('edge-1');
    reader()(Buffer.concat([birth('first'), publish('DDATA', record(1, 11))]));
    reader()(Buffer.concat([birth('second'), publish('DDATA', record(1, 12))]));
    const acks = new HeardAcks();
    ack(acks, 'second', [[1, 1]]);
    expect([...acks.acknowledged(wire)]).toEqual([recordKey('M-1', 12, 'fast')]);
  });
});

describe('the moment of a backup', () => {
  it('lies in the middle of the faults, and is a function of the seed', () => {
    const moments = Array.from({ length: 50 }, (_, seed) => backupMoment(seed, 1000));
    expect(moments).toEqual(Array.from({ length: 50 }, (_, seed) => backupMoment(seed, 1000)));
    expect(new Set(moments).size).toBeGreaterThan(30);
    expect(Math.min(...moments)).toBeGreaterThanOrEqual(350);
    expect(Math.max(...moments)).toBeLessThanOrEqual(650);
  });
});
