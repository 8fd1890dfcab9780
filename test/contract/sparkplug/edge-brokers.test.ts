import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { integerOf } from '../../../edge/protocol/payload.ts';
import { EdgeRig, type RigOptions } from '../../support/edge-rig.ts';
import { PacketTap } from '../../support/packet-tap.ts';
import { TestHost } from '../../support/sparkplug-host.ts';
import { startAedes, type TestBroker } from '../../support/test-brokers.ts';
import { until } from '../../support/until.ts';
import { decoded } from './edge-recording.ts';

/** Sparkplug 3.0.0, edge node: several brokers (section 5.10) and bdSeq over many connections (section 6.4.27). */
let folder: string;
let brokers: TestBroker[];
let taps: PacketTap[];
let hosts: TestHost[];
let rigs: EdgeRig[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gridwarden-brokers-'));
  brokers = [await startAedes(), await startAedes()];
  taps = await Promise.all(brokers.map(({ port }) => PacketTap.start(port)));
  hosts = await Promise.all(brokers.map(({ url }) => TestHost.connect(url)));
  rigs = [];
});

afterEach(async () => {
  for (const rig of rigs) await rig.stop();
  for (const host of hosts) await host.stop();
  for (const tap of taps) await tap.stop();
  for (const broker of brokers) await broker.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function startEdge(options: Partial<RigOptions> = {}): Promise<EdgeRig> {
  const rig = await EdgeRig.start({
    urls: taps.map(({ url }) => url),
    file: join(folder, 'outbox.sqlite'),
    epoch: `epoch ${rigs.length}`,
    primaryHost: 'gridwarden',
    ...options,
  });
  rigs.push(rig);
  rig.up('M-1');
  await rig.flush();
  return rig;
}

const tap = (index: number): PacketTap => taps[index] ?? raise();
const host = (index: number): TestHost => hosts[index] ?? raise();
const births = (index: number, count: number) =>
  until(`birth ${count} at broker ${index}`, () => host(index).of('DBIRTH', 'M-1').length >= count);

function raise(): never {
  throw new Error('there is no such broker');
}

function bdSeqs(): number[] {
  const connects = taps.flatMap(({ packets }) => packets.filter(({ packet }) => packet.cmd === 'connect'));
  return connects
    .sort((a, b) => a.atMs - b.atMs)
    .map(({ packet }) => {
      const will = packet.cmd === 'connect' ? packet.will : undefined;
      return integerOf(decoded(Buffer.from(will?.payload ?? '')).metrics[0]?.longValue);
    });
}

describe('several brokers', () => {
  it('tck-id-operational-behavior-primary-application-state-with-multiple-servers-walk: the edge leaves a broker at which the primary host goes offline for the next, and comes back the same way', async () => {
    const now = Date.now();
    await host(0).state(true, now - 5000);
    await startEdge();
    await births(0, 1);
    await host(1).state(true, now - 4000);
    await host(0).state(false, now - 3000);
    await until('NDEATH at the first broker', () => host(0).of('NDEATH').length === 1);
    await births(1, 1);
    await host(0).state(true, now - 2000);
    await host(1).state(false, now - 1000);
    await until('NDEATH at the second broker', () => host(1).of('NDEATH').length === 1);
    await births(0, 2);
    expect(tap(0).mostOpen + tap(1).mostOpen).toBe(2);
  });

  it('a host that is at the second broker only is found there', async () => {
    await host(1).state(true);
    await startEdge();
    await births(1, 1);
    expect(host(0).of('NBIRTH')).toEqual([]);
  });

  it('a broker that does not answer is passed over', async () => {
    await host(1).state(true);
    await tap(0).stop();
    await startEdge();
    await births(1, 1);
  });

  it('never two connections at once, wherever the edge walks', async () => {
    await startEdge();
    let both = 0;
    for (let round = 0; round < 200 && tap(0).connections + tap(1).connections < 6; round++) {
      both = Math.max(both, tap(0).open + tap(1).open);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await until('six connections', () => tap(0).connections + tap(1).connections >= 6);
    expect(both).toBeLessThanOrEqual(1);
  });
});

describe('bdSeq', () => {
  it('counts every CONNECT, over cuts, restarts of the process and all brokers', async () => {
    await host(0).state(true);
    const first = await startEdge();
    await births(0, 1);
    tap(0).cut();
    await host(1).state(true);
    await until('a birth after the cut', () => host(0).of('NBIRTH').length + host(1).of('NBIRTH').length >= 2);
    await first.stop();
    rigs.pop();
    await startEdge({ epoch: 'another' });
    await until('a birth after the restart', () => host(0).of('NBIRTH').length + host(1).of('NBIRTH').length >= 3);
    const seqs = bdSeqs();
    expect(seqs).toEqual(seqs.map((_, index) => index));
    expect(seqs.length).toBeGreaterThanOrEqual(3);
  });

  it('is 0 again after 255', async () => {
    await host(0).state(true);
    const rig = await startEdge({ urls: [tap(0).url] });
    await births(0, 1);
    await rig.stop();
    rigs.pop();
    await saveBdSeq(254);
    await startEdge({ urls: [tap(0).url], epoch: 'another' });
    await births(0, 2);
    tap(0).cut();
    await births(0, 3);
    expect(bdSeqs()).toEqual([0, 255, 0]);
  });

  it('is not used up by an attempt that never got to a CONNECT', async () => {
    const { url } = tap(0);
    await tap(0).stop();
    const rig = await startEdge({ urls: [url, tap(1).url] });
    await host(1).state(true);
    await births(1, 1);
    expect(bdSeqs()).toEqual([0]);
    expect(rig.isReady).toBe(true);
  });
});

/** Writes the number into the file of an edge that is stopped. */
async function saveBdSeq(bdSeq: number): Promise<void> {
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(join(folder, 'outbox.sqlite'));
  database.prepare("UPDATE meta SET value = ? WHERE key = 'bdSeq'").run(bdSeq);
  database.close();
}
