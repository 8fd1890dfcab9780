import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { BusConfig } from '../../../edge/config.ts';
import type { Buses } from '../../../edge/modbus/buses.ts';
import { createLogger } from '../../../edge/platform/log.ts';
import { Metrics } from '../../../edge/platform/metrics.ts';
import { loadModels } from '../../../edge/profiles/load.ts';
import { findSocat } from '../../parts/find.ts';
import { describeWithPart } from '../../parts/require.ts';
import { frame, ModbusPeer, type PeerRequest, wordsAt } from '../../support/modbus-peer.ts';
import { startRealBuses } from '../../support/real-buses.ts';
import { SerialCable } from '../../support/serial-cable.ts';

const models = loadModels();
const UNITS = [1, 2, 3, 4];
const DEAD = 4;

/** A bus with four meters on one serial line. */
describeWithPart('socat', findSocat(), ({ path: socat }) => {
  let peer: ModbusPeer;
  let cable: SerialCable;
  let folder: string;
  let buses: Buses;
  let log: string;
  let metrics: Metrics;
  let goodReads: Map<string, number>;

  beforeEach(async () => {
    peer = await ModbusPeer.listen('rtu');
    for (const unit of UNITS) peer.unit(unit, 4, wordsAt(0, '43660000'.repeat(200)));
    cable = new SerialCable(socat);
    folder = mkdtempSync(join(tmpdir(), 'gridwarden-holes-'));
    log = '';
    metrics = new Metrics();
    goodReads = new Map();
  });

  afterEach(async () => {
    await buses.stop();
    await cable.stop();
    await peer.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function start(): void {
    const devices = UNITS.map((unit) => ({ id: `M-${unit}`, model: 'eastron/sdm120', unit, every: { fast: '1s' } }));
    const config: BusConfig = {
      id: 'line',
      transport: 'rtu',
      path: cable.path,
      baudRate: 19_200,
      parity: 'none',
      stopBits: 1,
      timeout: '1s',
      turnaround: '0ms',
      devices,
    };
    const destination = new Writable({
      write(chunk: Buffer, _, done) {
        log += chunk.toString();
        done();
      },
    });
    buses = startRealBuses(folder, {
      buses: [config],
      models,
      sink: {
        take({ layout, quality }) {
          if (quality.includes(0)) goodReads.set(layout.device, (goodReads.get(layout.device) ?? 0) + 1);
        },
        health: () => undefined,
      },
      logger: createLogger('test', 'info', destination),
      metrics,
    });
  }

  function report() {
    const [bus] = buses.report();
    if (bus === undefined) throw new Error('there is one bus');
    return bus;
  }

  function upUnits(): number[] {
    return report()
      .devices.filter(({ health }) => health?.up)
      .map(({ unit }) => unit);
  }

  test('an adapter that is pulled and put back comes back by itself, and the log says what to do meanwhile', async () => {
    start();
    await expect.poll(() => log).toContain('bus cannot be reached');
    expect(log).toContain(`${cable.path} cannot be reached: there is no such device; plug the adapter in`);
    await cable.plugIn(peer.port);
    await expect.poll(upUnits).toEqual(UNITS);
    expect(log).toContain('bus is reached again');
    await cable.unplug();
    await expect.poll(upUnits).toEqual([]);
    expect(report()).toMatchObject({ connected: false, problem: expect.stringContaining('there is no such device') });
    await cable.plugIn(peer.port);
    await expect.poll(upUnits).toEqual(UNITS);
    expect(report().problem).toBeUndefined();
  });

  test('a dead unit: the others keep every deadline, and it is probed and back when it answers', async () => {
    await cable.plugIn(peer.port);
    peer.behave(DEAD, { kind: 'silent' });
    start();
    const probes = () => peer.requests.filter(({ unit }) => unit === DEAD).length;
    const leastReads = () =>
      Math.min(...UNITS.filter((unit) => unit !== DEAD).map((u) => goodReads.get(`M-${u}`) ?? 0));
    await expect.poll(() => Math.min(probes() - 1, leastReads())).toBeGreaterThanOrEqual(3);
    const missed = report().devices.map(({ unit, missedDeadlines }) => [unit, missedDeadlines]);
    expect(missed.filter(([unit]) => unit !== DEAD)).toEqual([
      [1, 0],
      [2, 0],
      [3, 0],
    ]);
    expect(upUnits()).toEqual([1, 2, 3]);
    peer.behave(DEAD, { kind: 'answer' });
    await expect.poll(upUnits).toEqual(UNITS);
  });

  test('echo, noise and wrong checksums on the line are counted in report and metrics; everything is read', async () => {
    await cable.plugIn(peer.port);
    const echo = ({ unit, functionCode, address, count }: PeerRequest) =>
      frame('rtu', { transaction: 0, unit }, Buffer.from([functionCode, address >> 8, address, count >> 8, count]));
    peer.behave(1, {
      kind: 'bytes',
      bytes: (request, answer) => Buffer.concat([Buffer.from('00ff', 'hex'), echo(request), answer]),
    });
    let answers = 0;
    peer.behave(2, () => {
      answers += 1;
      return answers % 3 === 0 ? { kind: 'bytes', bytes: (_, answer) => answer.fill(0x55, 5) } : { kind: 'answer' };
    });
    start();
    await expect
      .poll(() => Math.min(...UNITS.map((unit) => goodReads.get(`M-${unit}`) ?? 0)))
      .toBeGreaterThanOrEqual(3);
    await expect.poll(() => report().lineFaults?.checksum).toBeGreaterThanOrEqual(1);
    expect(report().lineFaults?.echo).toBeGreaterThanOrEqual(3);
    expect(report().lineFaults?.noise).toBeGreaterThanOrEqual(3);
    await expect.poll(() => metrics.text()).toMatch(/modbus_line_faults_total\{[^}]*reason="echo"[^}]*\} [1-9]/);
  });
});
