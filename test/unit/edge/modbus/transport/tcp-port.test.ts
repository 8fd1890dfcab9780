import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isSound } from '../../../../../edge/modbus/transport/rtu-frames.ts';
import { TcpPort } from '../../../../../edge/modbus/transport/tcp-port.ts';

let server: Server;
let peer: Socket;
let port: TcpPort;
let frames: Buffer[];

beforeEach(async () => {
  server = createServer((socket) => {
    peer = socket;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  port = new TcpPort();
  const accepted = new Promise((resolve) => server.once('connection', resolve));
  const socket = connect({
    host: '127.0.0.1',
    port: typeof address === 'object' && address !== null ? address.port : 0,
    onread: port.onread,
  });
  port.attach(socket);
  await accepted;
  frames = [];
  port.on('data', (frame: Buffer) => frames.push(frame));
});

afterEach(() => {
  port.close();
  server.close();
});

/** Asks with an RTU frame as modbus-serial makes it; returns what the other side gets. */
async function ask(): Promise<Buffer> {
  const asked = new Promise<Buffer>((resolve) => peer.once('data', resolve));
  port.write(Buffer.from('01040000000271cb', 'hex'));
  return asked;
}

function answer(request: Buffer, pdu: string): Buffer {
  const body = Buffer.from(pdu, 'hex');
  const header = Buffer.from(request.subarray(0, 6));
  header.writeUInt16BE(body.length, 4);
  return Buffer.concat([header, body]);
}

it('numbers its requests, and gives the answer with a CRC in the place of the header', async () => {
  const first = await ask();
  // Header and request as in the MODBUS Messaging on TCP/IP Implementation Guide V1.0b, section 3.1.3.
  expect(first.toString('hex')).toBe('000100000006010400000002');
  peer.write(answer(first, '01040400010002'));
  await expect.poll(() => frames.length).toBe(1);
  expect(frames[0]?.subarray(0, -2).toString('hex')).toBe('01040400010002');
  expect(isSound(frames[0] ?? Buffer.alloc(0))).toBe(true);
  expect((await ask()).readUInt16BE(0)).toBe(2);
});

it('an answer with another number, or of another protocol, is left out', async () => {
  const late = answer(await ask(), '01040400090009');
  const request = await ask();
  const foreign = answer(request, '01040400080008');
  foreign.writeUInt16BE(1, 2);
  peer.write(Buffer.concat([late, foreign, answer(request, '01040400010002')]));
  await expect.poll(() => frames.length).toBe(1);
  expect(frames[0]?.subarray(0, -2).toString('hex')).toBe('01040400010002');
});

it.each([1, 5, 6, 9])('an answer that comes in pieces, the first of %i bytes, is put together', async (length) => {
  const whole = answer(await ask(), '01040400010002');
  peer.setNoDelay(true);
  peer.write(whole.subarray(0, length));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(frames).toEqual([]);
  peer.write(whole.subarray(length));
  await expect.poll(() => frames.length).toBe(1);
  expect(frames[0]?.subarray(0, -2)).toEqual(whole.subarray(6));
});

it.each(['0000', '0001', '00ff', 'ffff'])(
  'a length of 0x%s is no frame: the library is told at once',
  async (length) => {
    const request = await ask();
    peer.write(Buffer.concat([request.subarray(0, 4), Buffer.from(length, 'hex'), Buffer.alloc(20)]));
    await expect.poll(() => frames.length).toBe(1);
    expect(frames[0]).toHaveLength(0);
  },
);
