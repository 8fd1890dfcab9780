import { Duplex } from 'node:stream';
import mqttPacket, { type IPublishPacket } from 'mqtt-packet';
import { expect, it } from 'vitest';
import { GatheredWrites } from '../../../../edge/node/gathered-writes.ts';

/** Keeps what a write holds when it is done; one that is held stays under way. */
class Device {
  readonly writes: Buffer[] = [];
  isHeld = false;
  readonly #held: (() => void)[] = [];
  readonly stream = new Duplex({
    read() {},
    write: (chunk: Buffer, _encoding, done) => {
      const end = () => {
        this.writes.push(Buffer.from(chunk));
        done();
      };
      if (this.isHeld) this.#held.push(end);
      else end();
    },
  });

  release(): void {
    for (const done of this.#held.splice(0)) done();
  }

  /** The packets of all writes together. */
  packets(): IPublishPacket[] {
    const packets: IPublishPacket[] = [];
    const parser = mqttPacket.parser();
    parser.on('packet', (packet) => packets.push(packet as IPublishPacket));
    for (const write of this.writes) parser.parse(write);
    return packets;
  }
}

function publish(gathered: GatheredWrites, topic: string, payload: Buffer): void {
  mqttPacket.writeToStream({ cmd: 'publish', topic, payload, qos: 0, retain: false, dup: false }, gathered);
  gathered.packetEnd();
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

it('what is written in one go arrives as one piece, whole and in order', async () => {
  const device = new Device();
  const gathered = new GatheredWrites(device.stream);
  const payload = Buffer.from([1, 2, 3]);
  publish(gathered, 'spBv1.0/Zähler', payload);
  payload.fill(9);
  publish(gathered, 'b', Buffer.alloc(0));
  expect([device.writes.length, gathered.length > 0]).toEqual([0, true]);
  await nextTurn();
  expect([device.writes.length, gathered.length]).toEqual([1, 0]);
  const packets = device.packets().map((packet) => [packet.topic, [...Buffer.from(packet.payload)]]);
  expect(packets).toEqual([
    ['spBv1.0/Zähler', [1, 2, 3]],
    ['b', []],
  ]);
});

it('flushing comes before what is written to the stream itself', () => {
  const device = new Device();
  const gathered = new GatheredWrites(device.stream);
  gathered.write('first');
  gathered.flush();
  device.stream.write('second');
  expect(Buffer.concat(device.writes).toString()).toBe('firstsecond');
});

it('bytes under way are not written over, whatever follows', async () => {
  const device = new Device();
  device.isHeld = true;
  const gathered = new GatheredWrites(device.stream);
  const payloads = Array.from({ length: 6 }, (_, index) => Buffer.alloc(40_000 * (1 + (index % 3)), index));
  for (const [index, payload] of payloads.entries()) {
    publish(gathered, `t/${index}`, payload);
    await nextTurn();
    if (index % 2 === 1) device.release();
  }
  for (let turn = 0; turn < payloads.length; turn++) {
    device.release();
    await nextTurn();
  }
  expect(device.packets().map(({ topic }) => topic)).toEqual(payloads.map((_, index) => `t/${index}`));
  const received = device.packets().map(({ payload }) => payload);
  expect(received.every((payload, index) => payloads[index]?.equals(Buffer.from(payload)))).toBe(true);
});

it('packets are never divided between two writes', async () => {
  const device = new Device();
  const gathered = new GatheredWrites(device.stream);
  for (let index = 0; index < 100; index++) publish(gathered, `t/${index}`, Buffer.alloc(3000, index));
  await nextTurn();
  expect(device.writes.length).toBeGreaterThan(2);
  for (const write of device.writes) {
    const parser = mqttPacket.parser();
    parser.on('packet', () => undefined);
    expect(parser.parse(write)).toBe(0);
  }
});

it('a stream that has ended gets nothing, and nothing is thrown', async () => {
  const device = new Device();
  const gathered = new GatheredWrites(device.stream);
  gathered.write('late');
  gathered.packetEnd();
  device.stream.destroy();
  await nextTurn();
  expect([device.writes, gathered.length]).toEqual([[], 0]);
});
