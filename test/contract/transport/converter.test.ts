import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { IMPATIENT_MS, Lab, PATIENT_MS, read } from './harness.ts';
import { tcpWire } from './wires.ts';

/**
 * A converter between TCP and a serial line sends what comes from the line to whoever is connected: an answer that comes
 * after its time-out reaches the connection that was opened since, in a frame that has no number.
 */
describe('RTU over TCP, a converter that sends late answers to the next connection', () => {
  let lab: Lab;

  beforeEach(async () => {
    lab = await Lab.open(tcpWire('rtu-over-tcp'));
  });

  afterEach(() => lab.close());

  /** Unit 1 is asked for 10 to 12 and answers too late; the connection is opened anew. */
  async function timeOut(): Promise<void> {
    lab.peer.behave(1, { kind: 'hold' });
    expect(await lab.failure(read({ timeoutMs: IMPATIENT_MS }))).toMatchObject({ code: 'MODBUS_TIMEOUT' });
    await lab.transport.connect(PATIENT_MS);
    await expect.poll(() => lab.peer.connections).toBe(2);
  }

  test.each([
    ['the same unit, of the same length', { unit: 1, address: 50 }],
    ['the same unit, of another length', { unit: 1, address: 50, count: 2 }],
    ['the same unit, with another function', { unit: 1, functionCode: 3, address: 50 }],
  ] as const)('it comes while a request is under way: %s', async (_, next) => {
    await timeOut();
    const before = lab.peer.requests.length;
    const answered = lab.words(read(next));
    await lab.peer.arrived(before + 1);
    lab.peer.behave(1, { kind: 'answer' });
    lab.peer.releaseToNewest();
    expect(await answered).toEqual([50, 51, 52].slice(0, read(next).count));
    expect(lab.faults).toContain('late');
    expect(await lab.words(read({ address: 30 }))).toEqual([30, 31, 32]);
  });

  test('it comes while another unit is asked', async () => {
    await timeOut();
    lab.peer.behave(2, { kind: 'hold' });
    const before = lab.peer.requests.length;
    const answered = lab.words(read({ unit: 2, address: 50 }));
    await lab.peer.arrived(before + 1);
    lab.peer.releaseToNewest();
    expect(await answered).toEqual([50, 51, 52]);
    expect(lab.faults).toEqual(['late']);
  });

  test('it comes while nothing is asked, before the same unit is', async () => {
    await timeOut();
    lab.peer.releaseToNewest();
    await expect.poll(() => lab.transport.isOpen).toBe(true);
    lab.peer.behave(1, { kind: 'answer' });
    expect(await lab.words(read({ address: 50 }))).toEqual([50, 51, 52]);
    expect(lab.faults).toEqual(['late']);
  });

  test('two are owed, over two connections', async () => {
    await timeOut();
    expect(await lab.failure(read({ address: 20, timeoutMs: IMPATIENT_MS }))).toMatchObject({ code: 'MODBUS_TIMEOUT' });
    await lab.transport.connect(PATIENT_MS);
    await expect.poll(() => lab.peer.connections).toBe(3);
    const before = lab.peer.requests.length;
    const answered = lab.words(read({ address: 50 }));
    await lab.peer.arrived(before + 1);
    lab.peer.behave(1, { kind: 'answer' });
    lab.peer.releaseToNewest();
    expect(await answered).toEqual([50, 51, 52]);
  });
});
