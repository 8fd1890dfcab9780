import { expect, test } from 'vitest';
import { createTransport } from '../../../edge/modbus/transport/create.ts';
import {
  type ModbusTransport,
  type ReadFailure,
  type ReadRequest,
  readOnce,
} from '../../../edge/modbus/transport/transport.ts';
import { systemProcessClock } from '../../../edge/platform/clock.ts';
import { countingWords, ModbusPeer } from '../../support/modbus-peer.ts';

/** What only Modbus TCP has; what every transport promises is in test/contract/transport. */
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
