import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { DeviceConfig } from '../../../../edge/config.ts';
import { loadModels, modelNamed } from '../../../../edge/profiles/load.ts';
import { DELIVERY } from '../../../../edge/protocol/delivery.ts';
import { isFromProfile } from '../../../../edge/reading.ts';
import { LoadProfileImage } from '../../../../simulators/modbus/load-profile-image.ts';
import { BusWorld, START_MS, type WorldOptions } from '../../../support/bus-world.ts';

const loaded = modelNamed(loadModels(), 'abb/a43').loadProfile;
if (!loaded) throw new Error('the model has a load profile');
const profile = loaded;

/** The meter's quarter of an hour ends 20 s after the start. */
const OFFSET_MS = 880_000;
const BOUNDARY_MS = START_MS + 900_000;
const METER: Partial<DeviceConfig> = { model: 'abb/a43', every: '10s', loadProfile: { utcOffset: '+01:00' } };
const FIRST = { registers: 0x5000, entries: profile.entries.address };

class MeterWorld extends BusWorld {
  constructor(options: WorldOptions, aheadMs = 0) {
    super({ offsetMs: OFFSET_MS, ...options });
    const image = new LoadProfileImage({
      profile,
      utcOffsetMs: 3_600_000 + aheadMs,
      nowMs: () => this.grid.nowMs(),
      registerAt: (metric) => (metric === 'energy_import' ? 1234.56 : 7),
    });
    const { transport } = this;
    transport.onWrite = ({ address, values }) => {
      const bytes = Buffer.alloc(2 * values.length);
      for (const [index, value] of values.entries()) bytes.writeUInt16BE(value, 2 * index);
      image.write(address, bytes);
    };
    transport.answer = ({ functionCode, address, count }) => {
      const kept = image.read(functionCode, address, count);
      if (!kept || 'exception' in kept) return { kind: 'words', afterMs: 1 };
      const bytes = Buffer.from(kept.registers);
      return { kind: 'words', afterMs: 1, word: (at) => bytes.readUInt16BE(2 * (at - address)) };
    };
  }

  /** What was handed over from the load profile: time, and values after the origin. */
  get filled(): [number, number[]][] {
    return this.sink.reads
      .filter(({ read }) => isFromProfile(read.layout))
      .map(({ timeMs, read }) => [timeMs, [...read.values]]);
  }

  async count(name: string): Promise<number> {
    const metric = await this.metrics.registry.getSingleMetric(`gridwarden_${name}`)?.get();
    return (metric?.values ?? []).reduce((sum, { value }) => sum + value, 0);
  }

  /** The gateway is away for so long. */
  async outage(ms: number): Promise<void> {
    this.transport.reachable = false;
    this.transport.lose();
    await this.run(ms);
    this.transport.reachable = true;
  }
}

describe('after an outage', () => {
  test('the interval that nobody read comes from the load profile, marked, with the end of the interval as its time', async () => {
    const world = new MeterWorld({ devices: [METER] });
    await world.run(12_000);
    await world.outage(40_000);
    await world.run(40_000);
    expect(world.filled).toEqual([[BOUNDARY_MS, [1, 1234.56, 7]]]);
    const read = world.sink.reads.find(({ read: { layout } }) => isFromProfile(layout));
    expect(read?.read.layout.metrics).toEqual([DELIVERY.origin, 'energy_import', 'energy_export']);
    expect(await world.count('modbus_profile_intervals_total')).toBe(1);
    await world.stop();
  });

  test('it takes a tenth of the bus at most, one request at a time, and what is due goes first', async () => {
    const other: Partial<DeviceConfig> = { model: 'eastron/sdm120', every: { fast: '1s' } };
    const afterOutage = async (meter: Partial<DeviceConfig>) => {
      const world = new MeterWorld({ devices: [meter, other, other] });
      await world.run(12_000);
      await world.outage(40_000);
      await world.run(40_000);
      await world.stop();
      return world;
    };
    const world = await afterOutage(METER);
    const windows = world.transport.reads.filter(({ address }) => address >= 0x8700 && address < 0x8900);
    const ours = [...world.transport.writes, ...windows].map(({ atMs }) => atMs).sort((a, b) => a - b);
    expect(ours.length).toBeGreaterThan(10);
    const pauses = ours.slice(1).map((atMs, index) => atMs - (ours[index] ?? 0));
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(10);
    expect(world.filled).toHaveLength(1);
    const { loadProfile: _, ...plain } = METER;
    const without = await afterOutage(plain);
    expect(world.report().missedDeadlines).toBe(without.report().missedDeadlines);
    for (const id of ['M-2', 'M-3']) {
      const times = (one: MeterWorld) => one.good(id).map(({ timeMs }) => timeMs);
      const late = times(world).map((timeMs, index) => timeMs - (times(without)[index] ?? 0));
      expect(Math.max(...late.map(Math.abs))).toBeLessThanOrEqual(1);
    }
  });

  test('also over a restart of the edge', async () => {
    const loadProfilesFile = join(mkdtempSync(join(tmpdir(), 'gridwarden-profiles-')), 'profiles.json');
    const first = new MeterWorld({ devices: [METER], loadProfilesFile });
    await first.run(12_000);
    await first.stop();
    const second = new MeterWorld({ devices: [METER], loadProfilesFile, offsetMs: OFFSET_MS + 60_000 });
    await second.run(30_000);
    expect(second.filled).toEqual([[BOUNDARY_MS, [1, 1234.56, 7]]]);
    await second.stop();
  });

  test('of a connection that breaks meanwhile, it goes on later', async () => {
    const world = new MeterWorld({ devices: [METER] });
    await world.run(12_000);
    await world.outage(40_000);
    const { transport } = world;
    const { answer } = transport;
    let cuts = 1;
    transport.answer = (request) =>
      request.address === FIRST.entries && cuts-- > 0 ? { kind: 'cut', afterMs: 1 } : answer(request);
    await world.run(60_000);
    expect(cuts).toBeLessThan(1);
    expect(world.filled).toHaveLength(1);
    await world.stop();
  });
});

describe('nothing is filled', () => {
  test('without the configuration asking for it: then nothing is written either', async () => {
    const world = new MeterWorld({ devices: [{ model: 'abb/a43', every: '10s' }] });
    await world.run(12_000);
    await world.outage(40_000);
    await world.run(40_000);
    expect(world.filled).toEqual([]);
    expect(world.transport.writes).toEqual([]);
    await world.stop();
  });

  test('from a meter whose clock is an hour off: that is counted', async () => {
    const world = new MeterWorld({ devices: [METER] }, 3_600_000);
    await world.run(12_000);
    await world.outage(40_000);
    await world.run(40_000);
    expect(world.filled).toEqual([]);
    expect(await world.count('modbus_profile_missing_total')).toBe(1);
    await world.stop();
  });

  test('while there is no outage', async () => {
    const world = new MeterWorld({ devices: [METER] });
    await world.run(60_000);
    expect(world.transport.writes).toEqual([]);
    await world.stop();
  });
});
