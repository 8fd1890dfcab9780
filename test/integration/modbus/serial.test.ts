import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTransport } from '../../../edge/modbus/transport/create.ts';
import { type ModbusTransport, type ReadRequest, readOnce } from '../../../edge/modbus/transport/transport.ts';
import { systemProcessClock } from '../../../edge/platform/clock.ts';
import { findSocat } from '../../parts/find.ts';
import { type PartProcess, startPartProcess } from '../../parts/process.ts';
import { describeWithPart } from '../../parts/require.ts';
import { countingWords, ModbusPeer } from '../../support/modbus-peer.ts';
import { writeOnce } from '../../support/write-once.ts';

const PATIENT_MS = 10_000;

function read(parts: Partial<ReadRequest> = {}): ReadRequest {
  return { unit: 1, functionCode: 4, address: 10, count: 2, timeoutMs: PATIENT_MS, ...parts };
}

/** A serial line is a pseudo terminal here, with the scripted peer at its other end. */
describeWithPart('socat', findSocat(), ({ path: socat }) => {
  let peer: ModbusPeer;
  let line: string;
  let cable: PartProcess;
  let transport: ModbusTransport;

  beforeEach(async () => {
    peer = await ModbusPeer.listen('rtu');
    peer.unit(1, 4, countingWords(0, 200));
    line = join(mkdtempSync(join(tmpdir(), 'gridwarden-line-')), 'line');
    cable = await plugIn();
    const config = { id: 'bus', transport: 'rtu' as const, path: line, baudRate: 9600, timeout: '1s' };
    transport = createTransport(
      { ...config, parity: 'none', stopBits: 1, turnaround: '0ms', devices: [] },
      systemProcessClock(),
      { onDown: () => undefined },
    );
  });

  afterEach(async () => {
    await transport.close();
    await cable.stop();
    await peer.close();
  });

  function plugIn(): Promise<PartProcess> {
    return startPartProcess({
      name: 'socat',
      command: socat,
      args: [`PTY,link=${line},rawer`, `TCP:127.0.0.1:${peer.port}`],
      isReady: () => Promise.resolve(existsSync(line)),
    });
  }

  async function words(request: ReadRequest): Promise<number[]> {
    const bytes = Buffer.from(await readOnce(transport, request));
    return Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readUInt16BE(2 * i));
  }

  test('reads, one request after the other', async () => {
    await transport.connect(PATIENT_MS);
    for (let address = 0; address < 20; address++)
      expect(await words(read({ address }))).toEqual([address, address + 1]);
  });

  test('writes registers, and reads on', async () => {
    peer.unit(1, 16, new Map());
    await transport.connect(PATIENT_MS);
    await writeOnce(transport, { unit: 1, address: 0x8a00, values: [0x0a0b, 0x0b0c, 0x0d0e], timeoutMs: PATIENT_MS });
    // The example of the ABB A43/A44 User Manual, 2CMC484001M0201 revision C, page 103, checksum and all.
    expect(peer.writes.map((frame) => frame.toString('hex'))).toEqual(['01108a000003060a0b0b0c0d0e8c82']);
    expect(await words(read())).toEqual([10, 11]);
  });

  test('an exception, and silence: the line is opened again', async () => {
    await transport.connect(PATIENT_MS);
    peer.behave(1, { kind: 'exception', code: 4 });
    await expect(readOnce(transport, read())).rejects.toMatchObject({ code: 'MODBUS_EXCEPTION', exception: 4 });
    peer.behave(1, { kind: 'silent' });
    await expect(readOnce(transport, read({ timeoutMs: 60 }))).rejects.toMatchObject({ code: 'MODBUS_TIMEOUT' });
    expect(transport.isOpen).toBe(false);
    peer.behave(1, { kind: 'answer' });
    await transport.connect(PATIENT_MS);
    expect(await words(read())).toEqual([10, 11]);
  });

  test('the device is unplugged and put back', async () => {
    await transport.connect(PATIENT_MS);
    expect(await words(read())).toEqual([10, 11]);
    await cable.stop();
    // Whether the driver tells at once, or the next read finds nobody there, depends on the driver.
    if (transport.isOpen) await expect(readOnce(transport, read({ timeoutMs: 60 }))).rejects.toHaveProperty('code');
    expect(transport.isOpen).toBe(false);
    await expect(transport.connect(PATIENT_MS)).rejects.toMatchObject({ code: 'MODBUS_CONNECTION' });
    cable = await plugIn();
    await transport.connect(PATIENT_MS);
    expect(await words(read())).toEqual([10, 11]);
  });

  test('a line that does not exist is a connection error with its path', async () => {
    const config = { id: 'bus', transport: 'rtu' as const, path: '/dev/no-such-line', baudRate: 9600, timeout: '1s' };
    const nowhere = createTransport(
      { ...config, parity: 'none', stopBits: 1, turnaround: '0ms', devices: [] },
      systemProcessClock(),
      { onDown: () => undefined },
    );
    await expect(nowhere.connect(PATIENT_MS)).rejects.toMatchObject({
      code: 'MODBUS_CONNECTION',
      message: expect.stringContaining('/dev/no-such-line'),
    });
  });
});
