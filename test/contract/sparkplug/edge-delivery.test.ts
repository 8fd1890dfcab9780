import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DELIVERY, parseClose, parseOpenEpochs, parseTombstones } from '../../../edge/protocol/delivery.ts';
import { integerOf } from '../../../edge/protocol/payload.ts';
import { RangeSet } from '../../../edge/protocol/ranges.ts';
import { findMosquitto } from '../../parts/find.ts';
import { describeWithPart } from '../../parts/require.ts';
import { EdgeRig, meter, type RigOptions } from '../../support/edge-rig.ts';
import { PacketTap } from '../../support/packet-tap.ts';
import { type HeardRecord, TestHost } from '../../support/sparkplug-host.ts';
import { startAedes, startTestMosquitto, type TestBroker } from '../../support/test-brokers.ts';
import { until } from '../../support/until.ts';

/** What goes over the wire so that nothing is lost: an edge against a host that does by the contract what the test says. */
function delivery(startBroker: () => Promise<TestBroker>): void {
  let broker: TestBroker;
  let tap: PacketTap;
  let host: TestHost;
  let folder: string;
  let rigs: EdgeRig[];

  beforeEach(async () => {
    broker = await startBroker();
    tap = await PacketTap.start(broker.port);
    host = await TestHost.connect(broker.url);
    await host.state(true);
    folder = mkdtempSync(join(tmpdir(), 'gridwarden-delivery-'));
    rigs = [];
  });

  afterEach(async () => {
    for (const rig of rigs) await rig.stop();
    await host.stop();
    await tap.stop();
    await broker.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function startEdge(epoch: string, options: Partial<RigOptions> = {}): Promise<EdgeRig> {
    const common = { urls: [tap.url], file: join(folder, 'outbox.sqlite'), primaryHost: 'gridwarden', epoch };
    const rig = await EdgeRig.start({ ...common, ...options });
    rigs.push(rig);
    return rig;
  }

  async function stopEdge(rig: EdgeRig): Promise<void> {
    rigs = rigs.filter((other) => other !== rig);
    await rig.stop();
  }

  /** An edge with M-1 up and its birth out. */
  async function liveEdge(epoch: string, options: Partial<RigOptions> = {}): Promise<EdgeRig> {
    const births = host.of('DBIRTH', 'M-1').length;
    const rig = await startEdge(epoch, options);
    rig.up('M-1');
    await rig.flush();
    await until('the birth of M-1', () => host.of('DBIRTH', 'M-1').length > births);
    return rig;
  }

  async function reads(rig: EdgeRig, count: number, device = 'M-1'): Promise<void> {
    for (let read = 0; read < count; read++) rig.read(device, [230 + read, 4, 1, 0]);
    await rig.flush();
  }

  const numbersOf = (records: readonly HeardRecord[]) => records.map(({ n }) => n);
  const ofEpoch = (epoch: string) => host.records.filter((record) => record.epoch === epoch);
  const heard = (epoch: string, count: number) =>
    until(`${count} records of ${epoch}`, () => ofEpoch(epoch).length >= count);
  const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

  it('live records are numbered from 1, sent once and not historical, and go when they are acknowledged', async () => {
    const rig = await liveEdge('A');
    await reads(rig, 20);
    await heard('A', 20);
    expect(numbersOf(host.records)).toEqual(upTo(20));
    expect(host.records.every(({ historical }) => !historical)).toBe(true);
    expect(rig.waiting).toBe(20);
    await host.acknowledge({ epoch: 'A', done: [[1, 15]], received: 20 });
    await until('the acknowledged to go', () => rig.waiting === 5);
    await host.rebirth();
    await until('a birth', () => host.of('NBIRTH').length > 1);
    expect(integerOf(host.newest('NBIRTH').get(DELIVERY.first)?.longValue)).toBe(16);
  });

  it('values, reasons and times arrive as they were read', async () => {
    const rig = await liveEdge('A');
    const timeMs = Date.now() - 50;
    rig.read('M-1', [230.123456789, 'exception', -1.5, 4_294_967_295], timeMs);
    await rig.flush();
    await heard('A', 1);
    const [record] = host.records;
    expect(record?.timeMs).toBe(timeMs);
    expect([...(record?.values ?? [])]).toEqual([
      ['voltage_a', 230.123456789],
      ['current_a', null],
      ['active_power', -1.5],
      ['device_status', 4_294_967_295],
    ]);
    expect([...(record?.reasons ?? [])]).toEqual([['current_a', 'exception']]);
  });

  it('what was read without a connection comes as history, many records in a message, each exactly once', async () => {
    const rig = await liveEdge('A');
    await reads(rig, 5);
    await heard('A', 5);
    await host.acknowledgeAll('A');
    await until('all to be acknowledged', () => rig.waiting === 0);
    await host.state(false);
    await until('the end of the session', () => host.of('NDEATH').length > 0);
    await reads(rig, 100);
    await host.state(true);
    await until('a new birth', () => host.of('DBIRTH', 'M-1').length > 1);
    await host.acknowledge({ epoch: 'A', done: [[1, 5]], received: 5 });
    await heard('A', 105);
    const backlog = host.records.slice(5);
    expect(numbersOf(backlog)).toEqual(upTo(105, 6));
    expect(backlog.every(({ historical }) => historical)).toBe(true);
    const messages = host.of('DDATA', 'M-1').slice(5);
    expect(messages.length).toBeLessThanOrEqual(100 / 10);
  });

  it('nothing of a backlog is sent before the host has answered the birth, and credit bounds it', async () => {
    const rig = await startEdge('A');
    await host.state(false);
    rig.up('M-1');
    await reads(rig, 50);
    await host.state(true);
    await until('the birth', () => host.of('DBIRTH', 'M-1').length > 0);
    await reads(rig, 1);
    await heard('A', 1);
    expect(numbersOf(host.records)).toEqual([51]);
    await host.acknowledge({ epoch: 'A', credit: 30 });
    await heard('A', 31);
    await host.acknowledge({
      epoch: 'A',
      done: [
        [1, 30],
        [51, 51],
      ],
      received: 30,
      credit: 0,
    });
    await until('the acknowledged to go', () => rig.waiting === 20);
    await reads(rig, 1);
    await heard('A', 32);
    expect(numbersOf(host.records)).toEqual([51, ...upTo(30), 52]);
    await host.acknowledge({
      epoch: 'A',
      done: [
        [1, 30],
        [51, 52],
      ],
      received: 30,
      credit: 100,
    });
    await heard('A', 52);
  });

  it('a host that never acknowledges gets each live record once, over rebirths and connections', async () => {
    const rig = await liveEdge('A');
    await reads(rig, 10);
    await heard('A', 10);
    await host.rebirth();
    await until('a birth', () => host.of('DBIRTH', 'M-1').length > 1);
    tap.cut();
    await until('another birth', () => host.of('DBIRTH', 'M-1').length > 2);
    await reads(rig, 1);
    await heard('A', 11);
    expect(numbersOf(host.records)).toEqual(upTo(11));
    expect(rig.waiting).toBe(11);
  });

  it('acknowledgements of another host settle nothing', async () => {
    const rig = await liveEdge('A');
    await reads(rig, 10);
    await heard('A', 10);
    await host.acknowledge({ host: 'other', epoch: 'A', done: [[1, 10]], received: 10 });
    await host.rebirth();
    await until('a birth', () => host.of('NBIRTH').length > 1);
    expect(rig.waiting).toBe(10);
  });

  it('a lost record is sent again after its time-out, alone', async () => {
    const rig = await liveEdge('A', { delivery: { firstTimeoutMs: 2000 } });
    await reads(rig, 10);
    await heard('A', 10);
    await host.acknowledge({
      epoch: 'A',
      done: [
        [1, 3],
        [5, 10],
      ],
      received: 3,
    });
    await heard('A', 11);
    expect(host.records.at(-1)).toMatchObject({ n: 4, historical: true, epoch: 'A' });
    expect(host.of('NBIRTH')).toHaveLength(1);
  });

  it('after a restart the old epoch drains under its name, and is closed when it is empty', async () => {
    const first = await liveEdge('A');
    await reads(first, 30);
    await heard('A', 30);
    await host.acknowledge({ epoch: 'A', done: [[1, 10]], received: 30 });
    await until('the acknowledged to go', () => first.waiting === 20);
    await stopEdge(first);
    const second = await liveEdge('B');
    const birth = host.newest('NBIRTH');
    expect(birth.get(DELIVERY.epoch)?.stringValue).toBe('B');
    expect(parseOpenEpochs(birth.get(DELIVERY.openEpochs)?.stringValue ?? '')).toEqual([{ epoch: 'A', lastN: 30 }]);
    await host.acknowledge({ epoch: 'B', received: 0 });
    await until('the rest of A again', () => ofEpoch('A').length === 50);
    expect(numbersOf(ofEpoch('A').slice(30))).toEqual(upTo(30, 11));
    expect(
      ofEpoch('A')
        .slice(30)
        .every(({ historical }) => historical),
    ).toBe(true);
    await host.acknowledge({ epoch: 'A', done: [[1, 30]], received: 30 });
    await until('the close record', () => closes().length > 0);
    expect(closes()[0]).toEqual({ epoch: 'A', lastN: 30 });
    await host.acknowledge({ epoch: 'A', done: [[1, 30]], received: 30 });
    await second.flush();
    await host.rebirth();
    await until('a birth', () => host.of('NBIRTH').length === 3);
    await until(
      'no open epochs',
      () => parseOpenEpochs(host.newest('NBIRTH').get(DELIVERY.openEpochs)?.stringValue ?? '')?.length === 0,
    );
  });

  it('a killed edge loses nothing that was taken: its file drains in the next start', async () => {
    const first = await liveEdge('A');
    await reads(first, 25);
    await heard('A', 25);
    await host.acknowledge({ epoch: 'A', done: [[1, 20]], received: 25 });
    const crashed = join(folder, 'crashed.sqlite');
    for (const suffix of ['', '-wal']) {
      const from = join(folder, `outbox.sqlite${suffix}`);
      if (existsSync(from)) copyFileSync(from, `${crashed}${suffix}`);
    }
    await stopEdge(first);
    const second = await liveEdge('B', { file: crashed });
    expect(second.waiting).toBeGreaterThanOrEqual(5);
    await host.acknowledge({ epoch: 'B' });
    await until('the unacknowledged again', () => new Set(numbersOf(ofEpoch('A').slice(25))).size >= 5);
    expect(numbersOf(ofEpoch('A').slice(25))).toEqual(expect.arrayContaining(upTo(25, 21)));
  });

  it('a device that is dead, and one that left the configuration, drain between a birth of nulls and a death', async () => {
    const first = await liveEdge('A');
    await host.state(false);
    await until('the end of the session', () => host.of('NDEATH').length > 0);
    await reads(first, 12);
    await reads(first, 12, 'M-2');
    await stopEdge(first);
    await host.state(true);
    await startEdge('B', { devices: [meter('M-2')] });
    await until('the node', () => host.of('NBIRTH').length > 1);
    await host.acknowledge({ epoch: 'B' });
    await heard('A', 24);
    for (const device of ['M-1', 'M-2']) {
      await until(`the death of ${device}`, () => host.of('DDEATH', device).length > 0);
      const drained = host.messages.filter((message) => message.device === device).slice(-3);
      expect(drained.map(({ type }) => type)).toEqual(['DBIRTH', 'DDATA', 'DDEATH']);
      const metrics = drained[0]?.payload.metrics ?? [];
      expect(metrics.find(({ name }) => name === DELIVERY.draining)?.booleanValue).toBe(true);
      expect(metrics.filter(({ name }) => name === 'voltage_a').map(({ isNull }) => isNull)).toEqual([true]);
    }
  });

  it('what a full outbox drops is told range by range until the host has it', async () => {
    const rig = await startEdge('A', { maxBytes: 1024 * 1024 });
    await host.state(false);
    rig.up('M-1');
    for (let batch = 0; batch < 50; batch++) await reads(rig, 1000);
    await host.state(true);
    await until('the birth', () => host.of('DBIRTH', 'M-1').length > 0);
    expect(integerOf(host.newest('NBIRTH').get(DELIVERY.first)?.longValue)).toBe(1);
    await host.acknowledge({ epoch: 'A', credit: 0 });
    await until('a tombstone', () => tombstones().length > 0);
    const [tombstone] = tombstones();
    expect(tombstone).toMatchObject({ epoch: 'A', reason: 'outbox_full', devices: ['M-1'] });
    const [from, to] = tombstone?.range ?? [0, 0];
    expect([from, tombstone?.records, rig.waiting]).toEqual([1, to, 50_000 - to]);
    const metrics = ['voltage_a', 'current_a', 'active_power', 'device_status'];
    const groups = [{ metrics, devices: [['M-1', to]] }];
    expect(tombstone?.losses).toEqual({ groups, otherRecords: 0, otherValues: 0 });
    await until('the tombstone again', () => tombstones().length > 1, 20_000);
    const stored = new RangeSet([[1, to]]);
    for (let seen = 0; rig.waiting > 0; ) {
      for (; seen < host.records.length; seen++) stored.add(host.records[seen]?.n ?? 0);
      const done = stored.toArray().map(([first, last]): [number, number] => [first, last]);
      await host.acknowledge({ epoch: 'A', done, received: done[0]?.[1] ?? 0, credit: 10_000 });
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(new Set(numbersOf(ofEpoch('A'))).size).toBe(50_000 - to);
    expect(stored.toArray()).toEqual([[1, 50_000]]);
  });

  it('a device is born again when it is asked to, and a write to it is refused and counted', async () => {
    const rig = await liveEdge('A');
    await host.command([{ name: 'Device Control/Rebirth', datatype: 11, booleanValue: true }], {
      device: 'M-1',
      qos: 1,
    });
    await until('another birth', () => host.of('DBIRTH', 'M-1').length > 1);
    expect(host.of('NBIRTH')).toHaveLength(1);
    await host.command([{ name: 'voltage_a', datatype: 10, doubleValue: 1 }], { device: 'M-1', qos: 1 });
    await host.command([{ alias: 3, stringValue: 'x' }], { device: 'no such device' });
    const refused = async () =>
      (await rig.metrics.text()).includes('edge_commands_refused_total{code="COMMAND_REFUSED"} 2');
    let counted = false;
    await until('two refusals', () => {
      refused().then((value) => {
        counted = value;
      });
      return counted;
    });
  });

  it('garbage on the command topics changes nothing', async () => {
    const rig = await liveEdge('A');
    const topics = ['spBv1.0/east/NCMD/agent-1', 'spBv1.0/east/DCMD/agent-1/M-1'];
    for (const topic of topics) {
      for (const bytes of [
        Buffer.alloc(0),
        Buffer.from('nonsense'),
        Buffer.alloc(2_000_000, 0xff),
        Buffer.from([0x12, 0xff]),
      ]) {
        await host.client.publishAsync(topic, bytes, { qos: 1 });
      }
    }
    await host.command([{ name: DELIVERY.ack, datatype: 12, stringValue: '{"host":"gridwarden"}' }]);
    await host.command([{ name: DELIVERY.ack, datatype: 12 }, {}]);
    await reads(rig, 3);
    await heard('A', 3);
    expect(tap.connections).toBe(1);
    expect(host.of('NBIRTH')).toHaveLength(1);
  });

  it('a record after the clock was set carries its clock generation', async () => {
    const rig = await liveEdge('A');
    rig.read('M-1', [1, 1, 1, 1], Date.now() - 3_600_000, 2);
    rig.read('M-1', [2, 1, 1, 1], undefined, 1);
    await rig.flush();
    await heard('A', 2);
    expect(host.records.map(({ clock }) => clock)).toEqual([2, 1]);
  });

  function closes() {
    return texts(DELIVERY.close).flatMap((text) => parseClose(text) ?? []);
  }

  function tombstones() {
    return texts(DELIVERY.tombstones).flatMap((text) => parseTombstones(text) ?? []);
  }

  function texts(name: string): string[] {
    const alias = integerOf(host.newest('NBIRTH').get(name)?.alias);
    return host
      .of('NDATA')
      .flatMap(({ payload }) => payload.metrics.filter((metric) => integerOf(metric.alias) === alias))
      .map(({ stringValue }) => stringValue ?? '');
  }
}

describe('delivery on Aedes', () => delivery(startAedes));

describeWithPart('delivery on Mosquitto', findMosquitto(), () => delivery(startTestMosquitto));
