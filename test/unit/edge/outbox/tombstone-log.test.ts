import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openOutboxFile } from '../../../../edge/outbox/outbox-file.ts';
import { OutboxTables } from '../../../../edge/outbox/outbox-tables.ts';
import { Statements } from '../../../../edge/outbox/statements.ts';
import { TombstoneLog } from '../../../../edge/outbox/tombstone-log.ts';
import type { Tombstone } from '../../../../edge/protocol/delivery.ts';
import { type Losses, lostRecords, lostValues } from '../../../../edge/protocol/losses.ts';
import { storeSettings } from './store-fixture.ts';

let database: DatabaseSync;
beforeEach(() => {
  database = openOutboxFile(storeSettings().file, { maxBytes: 2 ** 20 });
});
afterEach(() => database.close());

function log(maxLossBytes = 1000): TombstoneLog {
  return new TombstoneLog(new OutboxTables(new Statements(database)), maxLossBytes);
}

/** Records of ten devices with two values each, apart from those of any other number. */
function dropped(index: number): Tombstone {
  const from = 1 + 20 * index;
  const devices = Array.from({ length: 10 }, (_, at): [string, number] => [`M-${index}-${at}`, 1]);
  return {
    epoch: 'e',
    range: [from, from + 9],
    reason: 'outbox_full',
    devices: devices.map(([device]) => device),
    fromMs: from,
    toMs: from,
    records: 10,
    losses: { groups: [{ metrics: ['voltage_a', 'current_a'], devices }], otherRecords: 0, otherValues: 0 },
  };
}

function sums(list: readonly Losses[]) {
  return [list.reduce((sum, one) => sum + lostRecords(one), 0), list.reduce((sum, one) => sum + lostValues(one), 0)];
}

describe('what the tombstones of a file name', () => {
  it('is bounded: further values are counted, none is forgotten, and it stays so over a restart', () => {
    const first = log();
    for (let index = 0; index < 50; index++) first.add(dropped(index));
    const losses = first.all().flatMap((row) => row.losses ?? []);
    expect(losses).toHaveLength(50);
    expect(sums(losses)).toEqual([500, 1000]);
    const namedIn = losses.filter(({ groups }) => groups.length > 0).length;
    expect(namedIn).toBeGreaterThan(1);
    expect(namedIn).toBeLessThan(10);
    const second = log();
    expect(second.all()).toEqual(first.all());
    expect(second.add(dropped(60)).losses).toEqual({ groups: [], otherRecords: 10, otherValues: 20 });
  });

  it('has room again when the host has them', () => {
    const made = log();
    for (let index = 0; index < 50; index++) made.add(dropped(index));
    for (const { id } of made.all()) made.delete(id);
    expect(made.add(dropped(60)).losses).toEqual(dropped(60).losses);
  });

  it('is not known of rows that hold no such text; the rows are good without', () => {
    log().add(dropped(0));
    database.exec(`UPDATE tombstone SET losses = '{"groups":7}'`);
    const { losses: _, ...rest } = dropped(0);
    expect(log().all()).toEqual([{ ...rest, id: 1 }]);
  });
});
