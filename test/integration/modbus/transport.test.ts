import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTransport } from '../../../edge/modbus/transport/create.ts';
import {
  type ModbusTransport,
  type ReadFailure,
  type ReadRequest,
  readOnce,
  type WriteRequest,
} from '../../../edge/modbus/transport/transport.ts';
import { systemProcessClock } from '../../../edge/platform/clock.ts';
import { codeOf } from '../../../edge/platform/errors.ts';
import { countingWords, type Framing, frame, ModbusPeer, type PeerRequest } from '../../support/modbus-peer.ts';
import { writeOnce } from '../../support/write-once.ts';

const PATIENT_MS = 10_000;
const IMPATIENT_MS = 60;

function read(parts: Partial<ReadRequest> = {}): ReadRequest {
  return { unit: 1, functionCode: 4, address: 10, count: 3, timeoutMs: PATIENT_MS, ...parts };
}

async function wordsOf(transport: ModbusTransport, request: ReadRequest): Promise<number[]> {
  const bytes = Buffer.from(await readOnce(transport, request));
  return Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readUInt16BE(2 * i));
}

async function failureOf(transport: ModbusTransport, request: ReadRequest): Promise<ReadFailure> {
  try {
    await readOnce(transport, request);
  } catch (failure) {
    return failure as ReadFailure;
  }
  throw new Error('the read succeeded');
}

test('Modbus TCP: a wrong transaction number, protocol or length in the header is no answer', async () => {
  const peer = await ModbusPeer.listen();
  peer.unit(1, 4, countingWords(0, 100));
  const config = { id: 'bus', transport: 'tcp' as const, host: '127.0.0.1', port: peer.port, timeout: '1s' };
  const transport = createTransport({ ...config, turnaround: '0ms', devices: [] }, systemProcessClock(), {
    onDown: () => undefined,
  });
  const damages: ((answer: Buffer) => number)[] = [
    (answer) => answer.writeUInt16BE(answer.readUInt16BE(0) + 1, 0),
    (answer) => answer.writeUInt16BE(0xffff, 4),
    (answer) => answer.writeUInt16BE(0, 4),
    (answer) => answer.writeUInt16BE(answer.readUInt16BE(4) - 1, 4),
  ];
  for (const damage of damages) {
    await transport.connect(PATIENT_MS);
    peer.behave(1, {
      kind: 'bytes',
      bytes: (_, answer) => {
        damage(answer);
        return answer;
      },
    });
    const failure = await failureOf(transport, read({ timeoutMs: IMPATIENT_MS }));
    expect(['MODBUS_MALFORMED', 'MODBUS_TIMEOUT']).toContain(failure.code);
    expect(transport.isOpen).toBe(false);
  }
  await transport.close();
  await peer.close();
});

test('Modbus TCP: an answer that comes twice, the second time in front of the next one, is taken once', async () => {
  const peer = await ModbusPeer.listen();
  peer.unit(1, 4, countingWords(0, 100));
  const config = { id: 'bus', transport: 'tcp' as const, host: '127.0.0.1', port: peer.port, timeout: '1s' };
  const transport = createTransport({ ...config, turnaround: '0ms', devices: [] }, systemProcessClock(), {
    onDown: () => undefined,
  });
  await transport.connect(PATIENT_MS);
  let before: Buffer = Buffer.alloc(0);
  peer.behave(1, {
    kind: 'bytes',
    bytes: (_, answer) => {
      const both = Buffer.concat([before, answer]);
      before = answer;
      return both;
    },
  });
  for (const address of [10, 20, 30]) {
    expect(await wordsOf(transport, read({ address }))).toEqual([address, address + 1, address + 2]);
  }
  await transport.close();
  await peer.close();
});

function write(address: number, values: number[]): WriteRequest {
  return { unit: 1, address, values, timeoutMs: PATIENT_MS };
}

/** What every transport promises, over Modbus TCP frames and over RTU frames in a TCP connection alike. */
describe.each<{ transport: 'tcp' | 'rtu-over-tcp'; framing: Framing }>([
  { transport: 'tcp', framing: 'tcp' },
  { transport: 'rtu-over-tcp', framing: 'rtu' },
])('$transport', ({ transport: kind, framing }) => {
  let peer: ModbusPeer;
  let transport: ModbusTransport;
  let downs: string[];

  beforeEach(async () => {
    peer = await ModbusPeer.listen(framing);
    const words = countingWords(0, 200);
    peer.unit(1, 4, words).unit(1, 3, words).unit(2, 4, words);
    downs = [];
    transport = connectionTo(peer.port);
    await transport.connect(PATIENT_MS);
  });

  afterEach(async () => {
    await transport.close();
    await peer.close();
  });

  function connectionTo(port: number): ModbusTransport {
    const config = {
      id: 'bus',
      transport: kind,
      host: '127.0.0.1',
      port,
      timeout: '1s',
      turnaround: '0ms',
      devices: [],
    };
    return createTransport(config, systemProcessClock(), { onDown: (reason) => downs.push(reason) });
  }

  test('writes registers, and reads on', async () => {
    peer.unit(1, 16, new Map());
    await writeOnce(transport, write(0x8a00, [0x0a0b, 0x0b0c, 0x0d0e]));
    // The example of the ABB A43/A44 User Manual, 2CMC484001M0201 revision C, page 103, checksum and all.
    const example = Buffer.from('01108a000003060a0b0b0c0d0e8c82', 'hex');
    const [frameOf] = peer.writes;
    expect(framing === 'rtu' ? frameOf : frameOf?.subarray(6)).toEqual(
      framing === 'rtu' ? example : example.subarray(0, -2),
    );
    expect(await wordsOf(transport, read())).toEqual([10, 11, 12]);
  });

  test('a refused write is an exception, an answer to another write is none', async () => {
    await expect(writeOnce(transport, write(5, [1]))).rejects.toMatchObject({ code: 'MODBUS_EXCEPTION', exception: 1 });
    peer.unit(1, 16, new Map());
    once1((request) => frame(framing, request, Buffer.from([16, 0, 6, 0, 1])));
    await expect(writeOnce(transport, write(5, [1]))).rejects.toMatchObject({ code: 'MODBUS_MALFORMED' });
    expect(transport.isOpen).toBe(false);
  });

  /** Answers with these bytes once, then soundly again. */
  function once1(bytes: (request: PeerRequest, answer: Buffer) => Buffer): void {
    let left = 1;
    peer.behave(1, () => (left-- > 0 ? { kind: 'bytes', bytes } : { kind: 'answer' }));
  }

  test('reads holding and input registers, of any unit, up to 125 at once', async () => {
    expect(await wordsOf(transport, read())).toEqual([10, 11, 12]);
    expect(await wordsOf(transport, read({ functionCode: 3, address: 0, count: 125 }))).toHaveLength(125);
    expect(await wordsOf(transport, read({ unit: 2 }))).toEqual([10, 11, 12]);
    expect(peer.requests.map(({ unit, functionCode, address, count }) => [unit, functionCode, address, count])).toEqual(
      [
        [1, 4, 10, 3],
        [1, 3, 0, 125],
        [2, 4, 10, 3],
      ],
    );
  });

  test('more reads than there are transaction numbers, each with its own answer', async () => {
    for (let i = 0; i < 600; i++)
      expect(await wordsOf(transport, read({ address: i % 190, count: 1 }))).toEqual([i % 190]);
    expect(peer.connections).toBe(1);
  });

  test('an exception is an answer: the connection stays', async () => {
    peer.behave(1, { kind: 'exception', code: 4 });
    expect(await failureOf(transport, read())).toMatchObject({ code: 'MODBUS_EXCEPTION', exception: 4 });
    expect(transport.isOpen).toBe(true);
    expect(await failureOf(transport, read({ address: 199, count: 5 }))).toMatchObject({ exception: 4 });
  });

  test('no answer: time-out, the connection is dropped, and the next one reads again', async () => {
    peer.behave(1, { kind: 'silent' });
    expect(await failureOf(transport, read({ timeoutMs: IMPATIENT_MS }))).toMatchObject({ code: 'MODBUS_TIMEOUT' });
    expect(transport.isOpen).toBe(false);
    peer.behave(1, { kind: 'answer' });
    await transport.connect(PATIENT_MS);
    expect(await wordsOf(transport, read())).toEqual([10, 11, 12]);
    expect(downs).toEqual([]);
  });

  test('a late answer is never taken for the answer to another request', async () => {
    peer.behave(1, { kind: 'hold' });
    expect(await failureOf(transport, read({ timeoutMs: IMPATIENT_MS }))).toMatchObject({ code: 'MODBUS_TIMEOUT' });
    await transport.connect(PATIENT_MS);
    const answered = wordsOf(transport, read({ unit: 2, address: 50 }));
    peer.release();
    expect(await answered).toEqual([50, 51, 52]);
  });

  test('an answer of another unit is refused, and the connection dropped', async () => {
    once1((request, answer) =>
      frame(framing, { ...request, unit: 2 }, framing === 'tcp' ? answer.subarray(7) : answer.subarray(1, -2)),
    );
    const failure = await failureOf(transport, read({ timeoutMs: IMPATIENT_MS }));
    expect(['MODBUS_MALFORMED', 'MODBUS_TIMEOUT']).toContain(failure.code);
    expect(transport.isOpen).toBe(false);
  });

  test('an answer to another question (fewer registers) is refused', async () => {
    once1((request) => frame(framing, request, Buffer.from([4, 2, 0, 7])));
    const failure = await failureOf(transport, read({ timeoutMs: IMPATIENT_MS }));
    expect(['MODBUS_MALFORMED', 'MODBUS_TIMEOUT']).toContain(failure.code);
    expect(transport.isOpen).toBe(false);
  });

  test('two answers to one request: the second is not taken for the next one', async () => {
    once1((request, answer) => Buffer.concat([answer, frame(framing, request, Buffer.from([4, 6, 9, 9, 9, 9, 9, 9]))]));
    expect(await wordsOf(transport, read())).toEqual([10, 11, 12]);
    const next = wordsOf(transport, read({ address: 20, timeoutMs: IMPATIENT_MS })).catch(() => 'failed');
    expect([[20, 21, 22], 'failed']).toContainEqual(await next);
  });

  test('a frame whose byte count lies is refused', async () => {
    once1((request) => frame(framing, request, Buffer.from([4, 4, 0, 1, 0, 2, 0, 3])));
    expect((await failureOf(transport, read())).code).toBe('MODBUS_MALFORMED');
    once1((request) => frame(framing, request, Buffer.from([4, 8, 0, 1, 0, 2, 0, 3])));
    await transport.connect(PATIENT_MS);
    expect((await failureOf(transport, read())).code).toBe('MODBUS_MALFORMED');
    expect(transport.isOpen).toBe(false);
  });

  test('random bytes end in a failure, never in a reading and never in a crash', async () => {
    const noise = Buffer.from('0001fffe00ff02a5000000000000ffffffff00', 'hex');
    for (let cut = 1; cut <= noise.length; cut++) {
      once1(() => noise.subarray(0, cut));
      const failure = await failureOf(transport, read({ timeoutMs: 20 }));
      expect(['MODBUS_MALFORMED', 'MODBUS_TIMEOUT']).toContain(failure.code);
      await transport.connect(PATIENT_MS);
    }
    expect(await wordsOf(transport, read())).toEqual([10, 11, 12]);
  });

  test('an answer in pieces is put together', async () => {
    peer.behave(1, { kind: 'pieces' });
    expect(await wordsOf(transport, read())).toEqual([10, 11, 12]);
    expect(await wordsOf(transport, read({ count: 100 }))).toHaveLength(100);
  });

  test.each([
    ['closed', false],
    ['reset', true],
  ])('the connection is %s with a request under way: it fails at once', async (_, reset) => {
    peer.behave(1, { kind: 'cut', reset });
    expect(await failureOf(transport, read())).toMatchObject({ code: 'MODBUS_CONNECTION' });
    expect(transport.isOpen).toBe(false);
    expect(downs).toEqual([]);
  });

  test('the connection is lost between two requests: the owner is told', async () => {
    await wordsOf(transport, read());
    peer.dropConnections();
    await expect.poll(() => downs).toHaveLength(1);
    expect(transport.isOpen).toBe(false);
  });

  test('closing fails the read under way', async () => {
    peer.behave(1, { kind: 'silent' });
    const failure = failureOf(transport, read());
    await peer.arrived(1);
    await transport.close();
    expect(await failure).toMatchObject({ code: 'MODBUS_CONNECTION' });
  });

  test('a second read while one is under way is a mistake of the caller', async () => {
    peer.behave(1, { kind: 'hold' });
    const first = wordsOf(transport, read());
    await expect(readOnce(transport, read())).rejects.toMatchObject({ code: 'INTERNAL' });
    await peer.arrived(1);
    peer.release();
    await first;
  });

  test('nobody listens: a connection error with the address in it', async () => {
    const free = createServer();
    free.listen(0, '127.0.0.1');
    await once(free, 'listening');
    const address = free.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    free.close();
    await once(free, 'close');
    const nowhere = connectionTo(address.port);
    const error = await nowhere.connect(PATIENT_MS).catch((reason: unknown) => reason);
    expect(codeOf(error)).toBe('MODBUS_CONNECTION');
    expect(String(error)).toContain(`127.0.0.1:${address.port}`);
    expect(nowhere.isOpen).toBe(false);
  });
});
