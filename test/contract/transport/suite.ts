import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTransport } from '../../../edge/modbus/transport/create.ts';
import { readOnce } from '../../../edge/modbus/transport/transport.ts';
import { systemProcessClock } from '../../../edge/platform/clock.ts';
import { codeOf } from '../../../edge/platform/errors.ts';
import { frame } from '../../support/modbus-peer.ts';
import { writeOnce } from '../../support/write-once.ts';
import { IMPATIENT_MS, Lab, PATIENT_MS, read, type Wire, write } from './harness.ts';

/** What every transport promises to its bus, over whatever wire. */
export function transportContract(name: string, newWire: () => Wire): void {
  describe(name, () => {
    let lab: Lab;

    beforeEach(async () => {
      lab = await Lab.open(newWire());
    });

    afterEach(() => lab.close());

    soundTraffic(() => lab);
    answersOutOfPlace(() => lab);
    brokenFrames(() => lab);
    lostConnections(() => lab);
  });
}

function soundTraffic(lab: () => Lab): void {
  test('reads holding and input registers, of any unit, up to 125 at once', async () => {
    expect(await lab().words(read())).toEqual([10, 11, 12]);
    expect(await lab().words(read({ functionCode: 3, address: 0, count: 125 }))).toHaveLength(125);
    expect(await lab().words(read({ unit: 2 }))).toEqual([10, 11, 12]);
    const asked = lab().peer.requests.map(({ unit, functionCode, address, count }) => [
      unit,
      functionCode,
      address,
      count,
    ]);
    expect(asked).toEqual([
      [1, 4, 10, 3],
      [1, 3, 0, 125],
      [2, 4, 10, 3],
    ]);
    expect(lab().faults).toEqual([]);
  });

  test('writes registers, and reads on', async () => {
    lab().peer.unit(1, 16, new Map());
    await writeOnce(lab().transport, write(0x8a00, [0x0a0b, 0x0b0c, 0x0d0e]));
    // The example of the ABB A43/A44 User Manual, 2CMC484001M0201 revision C, page 103, checksum and all.
    const example = Buffer.from('01108a000003060a0b0b0c0d0e8c82', 'hex');
    const [sent] = lab().peer.writes;
    const isRtu = lab().wire.framing === 'rtu';
    expect(isRtu ? sent : sent?.subarray(6)).toEqual(isRtu ? example : example.subarray(0, -2));
    expect(await lab().words(read())).toEqual([10, 11, 12]);
  });

  test('a refused write is an exception, an answer to another write is none', async () => {
    const refused = writeOnce(lab().transport, write(5, [1]));
    await expect(refused).rejects.toMatchObject({ code: 'MODBUS_EXCEPTION', exception: 1 });
    lab().peer.unit(1, 16, new Map());
    lab().once((request) => frame(lab().wire.framing, request, Buffer.from([16, 0, 6, 0, 1])));
    await expect(writeOnce(lab().transport, write(5, [1]))).rejects.toMatchObject({ code: 'MODBUS_MALFORMED' });
    expect(lab().transport.isOpen).toBe(false);
  });

  test('more reads than there are transaction numbers, each with its own answer', async () => {
    for (let i = 0; i < 600; i++) expect(await lab().words(read({ address: i % 190, count: 1 }))).toEqual([i % 190]);
    expect(lab().peer.connections).toBe(1);
  });

  test('an exception is an answer: the connection stays', async () => {
    lab().peer.behave(1, { kind: 'exception', code: 4 });
    expect(await lab().failure(read())).toMatchObject({ code: 'MODBUS_EXCEPTION', exception: 4 });
    expect(lab().transport.isOpen).toBe(true);
    expect(await lab().failure(read({ address: 199, count: 5 }))).toMatchObject({ exception: 4 });
  });

  test('an answer in pieces is put together', async () => {
    lab().peer.behave(1, { kind: 'pieces' });
    expect(await lab().words(read())).toEqual([10, 11, 12]);
    expect(await lab().words(read({ count: 100 }))).toHaveLength(100);
  });

  test('a second read while one is under way is a mistake of the caller', async () => {
    lab().peer.behave(1, { kind: 'hold' });
    const first = lab().words(read());
    await expect(readOnce(lab().transport, read())).rejects.toMatchObject({ code: 'INTERNAL' });
    await lab().peer.arrived(1);
    lab().peer.release();
    await first;
  });
}

function answersOutOfPlace(lab: () => Lab): void {
  test('no answer: time-out, the connection is dropped, and the next one reads again', async () => {
    lab().peer.behave(1, { kind: 'silent' });
    expect(await lab().failure(read({ timeoutMs: IMPATIENT_MS }))).toMatchObject({ code: 'MODBUS_TIMEOUT' });
    expect(lab().transport.isOpen).toBe(false);
    lab().peer.behave(1, { kind: 'answer' });
    await lab().transport.connect(PATIENT_MS);
    expect(await lab().words(read())).toEqual([10, 11, 12]);
    expect(lab().downs).toEqual([]);
  });

  test.each([
    ['another unit', { unit: 2, address: 50 }],
    ['the same unit, of the same length', { unit: 1, address: 50 }],
  ])('a late answer is never taken for the answer to a request of %s', async (_, next) => {
    lab().peer.behave(1, { kind: 'hold' });
    expect(await lab().failure(read({ timeoutMs: IMPATIENT_MS }))).toMatchObject({ code: 'MODBUS_TIMEOUT' });
    lab().peer.behave(1, { kind: 'answer' });
    await lab().transport.connect(PATIENT_MS);
    const before = lab().peer.requests.length;
    const answered = lab().words(read(next));
    // The unit has both requests before it answers the first: it answers in the order in which it was asked.
    lab().peer.behave(1, { kind: 'hold' });
    await lab().peer.arrived(before + 1);
    lab().peer.behave(1, { kind: 'answer' });
    lab().peer.release();
    expect(await answered).toEqual([50, 51, 52]);
  });

  test('an answer of another unit is refused, and the connection dropped', async () => {
    const { framing } = lab().wire;
    lab().once((request, answer) =>
      frame(framing, { ...request, unit: 2 }, framing === 'tcp' ? answer.subarray(7) : answer.subarray(1, -2)),
    );
    const failure = await lab().failure(read({ timeoutMs: IMPATIENT_MS }));
    expect(['MODBUS_MALFORMED', 'MODBUS_TIMEOUT']).toContain(failure.code);
    expect(lab().transport.isOpen).toBe(false);
  });

  test('an answer to another question (fewer registers) is refused', async () => {
    lab().once((request) => frame(lab().wire.framing, request, Buffer.from([4, 2, 0, 7])));
    const failure = await lab().failure(read({ timeoutMs: IMPATIENT_MS }));
    expect(['MODBUS_MALFORMED', 'MODBUS_TIMEOUT']).toContain(failure.code);
    expect(lab().transport.isOpen).toBe(false);
  });

  test('two answers to one request: the second is not taken for the next one', async () => {
    lab().once((request, answer) =>
      Buffer.concat([answer, frame(lab().wire.framing, request, Buffer.from([4, 6, 9, 9, 9, 9, 9, 9]))]),
    );
    expect(await lab().words(read())).toEqual([10, 11, 12]);
    const next = lab()
      .words(read({ address: 20, timeoutMs: IMPATIENT_MS }))
      .catch(() => 'failed');
    expect([[20, 21, 22], 'failed']).toContainEqual(await next);
  });
}

function brokenFrames(lab: () => Lab): void {
  test('a frame whose byte count lies is refused', async () => {
    const { framing } = lab().wire;
    lab().once((request) => frame(framing, request, Buffer.from([4, 4, 0, 1, 0, 2, 0, 3])));
    expect((await lab().failure(read())).code).toBe('MODBUS_MALFORMED');
    lab().once((request) => frame(framing, request, Buffer.from([4, 8, 0, 1, 0, 2, 0, 3])));
    await lab().transport.connect(PATIENT_MS);
    expect((await lab().failure(read())).code).toBe('MODBUS_MALFORMED');
    expect(lab().transport.isOpen).toBe(false);
  });

  test('random bytes end in a failure, never in a reading and never in a crash', async () => {
    const noise = Buffer.from('0001fffe00ff02a5000000000000ffffffff00', 'hex');
    for (let cut = 1; cut <= noise.length; cut++) {
      lab().peer.behave(1, { kind: 'bytes', bytes: () => noise.subarray(0, cut) });
      const failure = await lab().failure(read({ timeoutMs: 20 }));
      expect(['MODBUS_MALFORMED', 'MODBUS_TIMEOUT']).toContain(failure.code);
      await lab().transport.connect(PATIENT_MS);
    }
    lab().peer.behave(1, { kind: 'answer' });
    expect(await lab().words(read())).toEqual([10, 11, 12]);
  });
}

function lostConnections(lab: () => Lab): void {
  test.each([
    ['closed', false],
    ['reset', true],
  ])('the connection is %s with a request under way: it fails at once', async (_, reset) => {
    lab().peer.behave(1, { kind: 'cut', reset });
    expect(await lab().failure(read())).toMatchObject({ code: 'MODBUS_CONNECTION' });
    expect(lab().transport.isOpen).toBe(false);
    expect(lab().downs).toEqual([]);
  });

  test('the connection is lost between two requests: the owner is told, and may connect again', async () => {
    await lab().words(read());
    await lab().wire.unplug(lab().peer);
    await expect.poll(() => lab().downs).toHaveLength(1);
    expect(lab().transport.isOpen).toBe(false);
    await lab().wire.plugIn(lab().peer);
    await lab().transport.connect(PATIENT_MS);
    expect(await lab().words(read())).toEqual([10, 11, 12]);
  });

  test('closing fails the read under way', async () => {
    lab().peer.behave(1, { kind: 'silent' });
    const failure = lab().failure(read());
    await lab().peer.arrived(1);
    await lab().transport.close();
    expect(await failure).toMatchObject({ code: 'MODBUS_CONNECTION' });
  });

  test('nobody is there: a connection error that says where', async () => {
    const { config, says } = await lab().wire.nowhere();
    const nowhere = createTransport(config, systemProcessClock(), { onDown: () => undefined });
    const error = await nowhere.connect(PATIENT_MS).catch((reason: unknown) => reason);
    expect(codeOf(error)).toBe('MODBUS_CONNECTION');
    expect(String(error)).toContain(says);
    expect(nowhere.isOpen).toBe(false);
  });
}
