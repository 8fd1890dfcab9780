import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Found, findLibmodbus, findPymodbusPython } from '../../parts/find.ts';
import { type ForeignModbusServer, startLibmodbusServer, startPymodbusServer } from '../../parts/modbus-servers.ts';
import { parseRegisterImage, type RegisterImage } from '../../parts/register-image.ts';
import { describeWithPart } from '../../parts/require.ts';

const image = parseRegisterImage(
  JSON.stringify({
    units: [
      {
        unit: 1,
        input: [
          { address: 0, registers: [0x4366, 0x3333, 0x4365, 0x0000] },
          { address: 70, registers: [0x4247, 0xffff] },
        ],
        holding: [{ address: 64_512, registers: [0x0070] }],
      },
      { unit: 247, holding: [{ address: 65_535, registers: [0xabcd] }] },
    ],
  }),
);

/**
 * Sends one request and returns what follows the MBAP header of the answer, in hex. Frames are written out by hand
 * after the Modbus Application Protocol Specification V1.1b3, sections 6.3 and 6.4, and the Messaging Implementation
 * Guide V1.0b, section 3.1.3.
 */
async function ask(server: ForeignModbusServer, unit: number, pdu: string): Promise<string> {
  const body = Buffer.from(pdu.replaceAll(' ', ''), 'hex');
  const header = Buffer.from([0x12, 0x34, 0, 0, 0, body.length + 1, unit]);
  const socket = connect(server.port, server.host);
  socket.write(Buffer.concat([header, body]));
  const [answer]: Buffer[] = await once(socket, 'data');
  socket.destroy();
  if (answer === undefined) throw new Error('no answer');
  expect(answer.subarray(0, 4).toString('hex')).toBe('12340000');
  expect(answer.readUInt16BE(4)).toBe(answer.length - 6);
  expect(answer[6]).toBe(unit);
  return answer.subarray(7).toString('hex');
}

function describeServer(
  name: string,
  lookup: Found<unknown>,
  start: (image: RegisterImage) => Promise<ForeignModbusServer>,
): void {
  describeWithPart(name, lookup, () => {
    let server: ForeignModbusServer;
    beforeAll(async () => {
      server = await start(image);
    });
    afterAll(() => server.stop());

    test.each([
      ['input registers', 1, '04 0000 0004', '0408436633334365' + '0000'],
      ['one input register of a second block', 1, '04 0047 0001', '0402ffff'],
      ['a holding register', 1, '03 fc00 0001', '03020070'],
      ['the last register of another unit', 247, '03 ffff 0001', '0302abcd'],
    ])('answers %s', async (_what, unit, request, answer) => {
      expect(await ask(server, unit, request)).toBe(answer);
    });

    test.each([
      ['beyond a block', 1, '04 0002 0003', '8402'],
      ['across a hole', 1, '04 0000 0048', '8402'],
      ['before the first block', 1, '04 0045 0001', '8402'],
      ['in the other table', 1, '03 0000 0001', '8302'],
      ['in a table that a unit does not have', 247, '04 0000 0001', '8402'],
      ['of a unit that does not exist', 2, '03 0000 0001', '830b'],
    ])('answers registers %s with an exception', async (_what, unit, request, answer) => {
      expect(await ask(server, unit, request)).toBe(answer);
    });

    test('answers more registers than the protocol allows with an exception', async () => {
      // pymodbus names function 0 in its answer, because it refuses the request before it has read the function.
      expect(await ask(server, 1, '04 0000 007e')).toMatch(/^8[04]0[123]$/);
    });

    test('is gone after it was killed', async () => {
      const other = await start(image);
      await other.kill();
      await expect(ask(other, 1, '04 0000 0001')).rejects.toThrow(/ECONNREFUSED/);
    });
  });
}

describeServer('pymodbus', findPymodbusPython(), startPymodbusServer);
describeServer('libmodbus', findLibmodbus(), startLibmodbusServer);

describe('a register image', () => {
  test.each([
    ['{"units":[]}', /\/units/],
    ['{"units":[{"unit":256}]}', /\/units\/0\/unit/],
    ['{"units":[{"unit":1,"holding":[{"address":0,"registers":[65536]}]}]}', /registers\/0/],
  ])('that is wrong is refused: %s', (json, place) => {
    expect(() => parseRegisterImage(json)).toThrow(place);
  });
});
