import { describe, expect, it } from 'vitest';
import {
  encodeAck,
  MAX_RANGES_PER_MESSAGE,
  parseAck,
  parseClose,
  parseOpenEpochs,
  parseTombstones,
  type Tombstone,
} from '../../../../edge/protocol/delivery.ts';
import { type Losses, MAX_LOSS_GROUPS } from '../../../../edge/protocol/losses.ts';
import { encodeHostState, parseHostState } from '../../../../edge/protocol/state.ts';

const ACK = { host: 'gridwarden', epoch: 'e', done: [[1, 5]] as [number, number][], received: 7, credit: 0 };
const TOMBSTONE: Tombstone = {
  epoch: 'e',
  range: [1, 2],
  reason: 'outbox_full',
  devices: ['M-1'],
  fromMs: 1,
  toMs: 2,
  records: 2,
};

describe('texts of delivery', () => {
  it('come back as they were', () => {
    expect(parseAck(encodeAck(ACK))).toEqual(ACK);
    // Without losses: of an edge that does not count them.
    expect(parseTombstones(JSON.stringify([TOMBSTONE]))).toEqual([TOMBSTONE]);
    const groups: Losses['groups'] = [{ metrics: ['voltage_a', 'current_a'], devices: [['M-1', 2]] }];
    const counted = { ...TOMBSTONE, losses: { groups, otherRecords: 0, otherValues: 0 } };
    expect(parseTombstones(JSON.stringify([counted]))).toEqual([counted]);
    expect(parseClose('{"epoch":"e","lastN":9}')).toEqual({ epoch: 'e', lastN: 9 });
    expect(parseOpenEpochs('[{"epoch":"e","lastN":9}]')).toEqual([{ epoch: 'e', lastN: 9 }]);
  });

  it.each(['', 'nonsense', '[]', '{}', 'null', '{"host":"h"}', JSON.stringify({ ...ACK, done: [[1]] })])(
    '%s is no acknowledgement',
    (text) => expect(parseAck(text)).toBeUndefined(),
  );

  it('are refused beyond their bounds', () => {
    const done = Array.from({ length: MAX_RANGES_PER_MESSAGE + 1 }, (_, index): [number, number] => [
      2 * index,
      2 * index,
    ]);
    expect(parseAck(encodeAck({ ...ACK, done }))).toBeUndefined();
    expect(parseAck(encodeAck({ ...ACK, received: -1 }))).toBeUndefined();
    expect(parseAck(encodeAck({ ...ACK, credit: 1.5 }))).toBeUndefined();
    expect(parseTombstones(JSON.stringify([{ ...TOMBSTONE, reason: 'lost' }]))).toBeUndefined();
    const groups = Array.from({ length: MAX_LOSS_GROUPS + 1 }, () => ({ metrics: [], devices: [] }));
    for (const losses of [
      { groups, otherRecords: 0, otherValues: 0 },
      { groups: [], otherRecords: -1, otherValues: 0 },
    ]) {
      expect(parseTombstones(JSON.stringify([{ ...TOMBSTONE, losses }]))).toBeUndefined();
    }
    expect(parseClose('{"epoch":"e"}')).toBeUndefined();
    expect(parseOpenEpochs('{"epoch":"e","lastN":9}')).toBeUndefined();
  });
});

describe('STATE', () => {
  it('comes back as it was', () => {
    expect(parseHostState(encodeHostState({ online: true, timestamp: 5 }))).toEqual({ online: true, timestamp: 5 });
  });

  it.each(['', 'ONLINE', '{"online":true}', '{"online":1,"timestamp":1}', '{"online":true,"timestamp":1.5}'])(
    '%s is none',
    (text) => expect(parseHostState(text)).toBeUndefined(),
  );
});
