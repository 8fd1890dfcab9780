import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LineFault } from '../../../edge/modbus/transport/rtu-frames.ts';
import { frame, type PeerRequest } from '../../support/modbus-peer.ts';
import { ENOUGH_MS, IMPATIENT_MS, Lab, PATIENT_MS, read, type Wire } from './harness.ts';

const NOISE = Buffer.from('00f8ff80a5', 'hex');

/** The request as it went over the line. */
function requestFrame({ unit, functionCode, address, count }: PeerRequest): Buffer {
  const pdu = Buffer.alloc(5);
  pdu.writeUInt8(functionCode, 0);
  pdu.writeUInt16BE(address, 1);
  pdu.writeUInt16BE(count, 3);
  return frame('rtu', { transaction: 0, unit }, pdu);
}

function withWrongCrc(answer: Buffer): Buffer {
  const damaged = Buffer.from(answer);
  damaged.writeUInt8(answer.readUInt8(4) ^ 0x10, 4);
  return damaged;
}

/** An answer of unit 9 that nobody here has asked for. */
const OTHERS = frame('rtu', { transaction: 0, unit: 9 }, Buffer.from([4, 6, 0, 1, 0, 2, 0, 3]));

/** What happens on a real line: each fault is counted and none is taken for an answer; the answer is found among them. */
export function lineContract(name: string, newWire: () => Wire): void {
  describe(name, () => {
    let lab: Lab;

    beforeEach(async () => {
      lab = await Lab.open(newWire());
    });

    afterEach(() => lab.close());

    test.each<[string, (request: PeerRequest, answer: Buffer) => Buffer, LineFault[]]>([
      ['noise before it', (_, answer) => Buffer.concat([NOISE, answer]), ['noise']],
      ['noise that begins like it', (_, answer) => Buffer.concat([answer.subarray(0, 2), answer]), ['cut']],
      ['an echo of the request', (request, answer) => Buffer.concat([requestFrame(request), answer]), ['echo']],
      [
        'noise, then an echo',
        (request, answer) => Buffer.concat([NOISE, requestFrame(request), answer]),
        ['echo', 'noise'],
      ],
      ['a frame of another unit', (_, answer) => Buffer.concat([OTHERS, answer]), ['other_unit']],
      ['a damaged copy of it', (_, answer) => Buffer.concat([withWrongCrc(answer), answer]), ['checksum']],
    ])('the answer is found behind %s', async (_, bytes, faults) => {
      lab.once(bytes);
      expect(await lab.words(read())).toEqual([10, 11, 12]);
      expect(lab.faults).toEqual(faults);
      expect(lab.transport.isOpen).toBe(true);
      expect(await lab.words(read({ unit: 2, address: 20 }))).toEqual([20, 21, 22]);
      expect(lab.faults).toEqual(faults);
    });

    test.each<[string, (request: PeerRequest, answer: Buffer) => Buffer, LineFault[], RegExp]>([
      ['noise', () => NOISE, ['noise'], /5 bytes came that are no frame: check baud rate, parity and stop bits/],
      ['a cut answer', (_, answer) => answer.subarray(0, 7), ['cut'], /broke off after 7 of 11 bytes/],
      ['an echo', (request) => requestFrame(request), ['echo'], /only the echo/],
      ['a frame of another unit', () => OTHERS, ['other_unit'], /a frame of unit 9 came/],
    ])('only %s is no answer, and the next request works', async (_, bytes, faults, says) => {
      lab.once(bytes);
      const failure = await lab.failure(read({ timeoutMs: ENOUGH_MS }));
      expect(failure).toMatchObject({ code: 'MODBUS_TIMEOUT', reason: expect.stringMatching(says) });
      expect(lab.faults).toEqual(faults);
      await lab.transport.connect(PATIENT_MS);
      expect(await lab.words(read({ unit: 2, address: 20 }))).toEqual([20, 21, 22]);
      expect(await lab.words(read({ address: 30 }))).toEqual([30, 31, 32]);
      expect(lab.faults).toEqual(faults);
    });

    test('an answer with a wrong CRC fails long before its time-out, and the next request works', async () => {
      lab.once((_, answer) => withWrongCrc(answer));
      expect(await lab.failure(read({ timeoutMs: PATIENT_MS * PATIENT_MS }))).toMatchObject({
        code: 'MODBUS_MALFORMED',
      });
      expect(lab.faults).toEqual(['checksum']);
      await lab.transport.connect(PATIENT_MS);
      expect(await lab.words(read({ unit: 2 }))).toEqual([10, 11, 12]);
    });

    test('a late answer of another unit in the middle of a request is counted, and passed over', async () => {
      lab.peer.behave(1, { kind: 'hold' });
      await lab.failure(read({ timeoutMs: IMPATIENT_MS }));
      await lab.transport.connect(PATIENT_MS);
      const late = frame('rtu', { transaction: 0, unit: 1 }, Buffer.from([4, 6, 0, 10, 0, 11, 0, 12]));
      lab.once((_, answer) => Buffer.concat([late, answer]), 2);
      expect(await lab.words(read({ unit: 2, address: 50 }))).toEqual([50, 51, 52]);
      expect(lab.faults).toEqual(['late']);
    });

    test('a unit that owes an answer is asked for something else first, and only then', async () => {
      lab.peer.behave(1, { kind: 'silent' });
      await lab.failure(read({ timeoutMs: IMPATIENT_MS }));
      lab.peer.behave(1, { kind: 'answer' });
      await lab.transport.connect(PATIENT_MS);
      await lab.words(read({ unit: 2 }));
      await lab.words(read({ address: 20 }));
      await lab.words(read({ address: 30 }));
      expect(
        lab.peer.requests.map(({ unit, functionCode, address, count }) => [unit, functionCode, address, count]),
      ).toEqual([
        [1, 4, 10, 3],
        [2, 4, 10, 3],
        [1, 3, 20, 1],
        [1, 4, 20, 3],
        [1, 4, 30, 3],
      ]);
    });

    test('a unit that refuses what it is asked first is read all the same', async () => {
      lab.peer.behave(2, { kind: 'silent' });
      await lab.failure(read({ unit: 2, timeoutMs: IMPATIENT_MS }));
      lab.peer.behave(2, { kind: 'answer' });
      await lab.transport.connect(PATIENT_MS);
      // Unit 2 has no holding registers.
      expect(await lab.words(read({ unit: 2, address: 40 }))).toEqual([40, 41, 42]);
    });

    test('noise between two requests is counted, and forgotten', async () => {
      lab.once((_, answer) => Buffer.concat([answer, NOISE]));
      expect(await lab.words(read())).toEqual([10, 11, 12]);
      expect(await lab.words(read({ address: 20 }))).toEqual([20, 21, 22]);
      expect(lab.faults).toEqual(['noise']);
    });
  });
}
