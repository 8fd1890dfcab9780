import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { integerOf } from '../../../edge/protocol/payload.ts';
import type { DeviceDescription } from '../../../edge/reading.ts';
import { EdgeRig, FAST, meter } from '../../support/edge-rig.ts';
import { TestHost } from '../../support/sparkplug-host.ts';
import { startAedes, type TestBroker } from '../../support/test-brokers.ts';
import { until } from '../../support/until.ts';

/** A meter that reports less than it did. */
function lesser(id: string): DeviceDescription {
  return { ...meter(id), layouts: [{ device: id, pollClass: 'fast', metrics: FAST.slice(0, 2) }] };
}

let folder: string;
let broker: TestBroker;
let host: TestHost;
let rig: EdgeRig;

/** An edge with two devices that are born. */
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gridwarden-reconfigure-'));
  broker = await startAedes();
  host = await TestHost.connect(broker.url);
  await host.state(true);
  rig = await EdgeRig.start({
    ...{ urls: [broker.url], file: join(folder, 'outbox.sqlite'), epoch: 'one', primaryHost: 'gridwarden' },
  });
  await until('the session', () => host.of('NBIRTH', undefined).length > 0);
  for (const device of ['M-1', 'M-2']) {
    rig.up(device);
    rig.read(device, [230, 1, 0.2, 0]);
  }
  await until('two births and records', () => timesOf('M-1') === 1 && timesOf('M-2') === 1);
});

afterEach(async () => {
  await rig.stop();
  await host.stop();
  await broker.stop();
  rmSync(folder, { recursive: true, force: true });
});

const births = (device: string) => host.of('DBIRTH', device).length;
const deaths = (device: string) => host.of('DDEATH', device).length;
const timesOf = (device: string) => host.records.filter((record) => record.device === device).length;

describe('another configuration within a session', () => {
  it('a device that left dies once, one that came is born by its first value, one that stayed notices nothing', async () => {
    await rig.reconfigure([meter('M-1'), meter('M-3')]);
    await until('the death', () => deaths('M-2') === 1);
    expect(births('M-3')).toBe(0);
    rig.read('M-3', [231, 1, 0.2, 0]);
    rig.read('M-1', [232, 1, 0.2, 0]);
    await until('its records', () => timesOf('M-3') === 1 && timesOf('M-1') === 2);
    expect([births('M-1'), deaths('M-1'), births('M-3'), host.of('NBIRTH', undefined).length]).toEqual([1, 0, 1, 1]);
    const numbers = host.messages.map(({ payload }) => integerOf(payload.seq));
    expect(numbers).toEqual(numbers.map((_, index) => index % 256));
  });

  it('a device that became another dies, and is born with what it has now, under aliases that nothing else had', async () => {
    const before = new Set(host.of('DBIRTH', 'M-2')[0]?.payload.metrics.map(({ alias }) => integerOf(alias)));
    await rig.reconfigure([meter('M-1'), lesser('M-2')]);
    await until('the death', () => deaths('M-2') === 1);
    rig.up('M-2');
    await rig.flush();
    await until('the second birth', () => births('M-2') === 2);
    const after = host.newest('DBIRTH', 'M-2');
    expect([after.has('voltage_a'), after.has('active_power'), after.has('energy_import')]).toEqual([
      true,
      false,
      false,
    ]);
    expect([...after.values()].filter(({ alias }) => before.has(integerOf(alias)))).toEqual([]);
  });

  it('records of a device that left go on being delivered: it is born for them alone, and a rebirth leaves it dead', async () => {
    await rig.reconfigure([meter('M-1')]);
    await until('the death', () => deaths('M-2') === 1);
    await host.rebirth();
    await until('the second NBIRTH', () => host.of('NBIRTH', undefined).length === 2);
    await until('the birth of the other', () => births('M-1') === 2);
    await host.acknowledge({ epoch: 'one' });
    await until('what waited', () => timesOf('M-2') === 2);
    expect([births('M-2'), deaths('M-2'), host.newest('DBIRTH', 'M-2').get('Delivery/Draining')?.booleanValue]).toEqual(
      [2, 2, true],
    );
  });

  it('while births are under way the deaths follow them', async () => {
    await host.rebirth();
    await until('the second NBIRTH', () => host.of('NBIRTH', undefined).length === 2);
    await rig.reconfigure([meter('M-1')]);
    await until('the birth of the other', () => births('M-1') === 2);
    rig.read('M-1', [233, 1, 0.2, 0]);
    await until('a record', () => timesOf('M-1') === 2);
    const fate = host.messages.filter(({ device }) => device === 'M-2').map(({ type }) => type);
    // Whether or not it was born once more before it left: the last word on it is its death, or the NBIRTH's silence.
    expect(births('M-2') === 2 ? fate.at(-1) : 'DDEATH').toBe('DDEATH');
  });
});
