import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { BusConfig } from '../../../edge/config.ts';
import { createTransport } from '../../../edge/modbus/transport/create.ts';
import type { LineFault } from '../../../edge/modbus/transport/rtu-frames.ts';
import { type ModbusTransport, type ReadFailure, readOnce } from '../../../edge/modbus/transport/transport.ts';
import { systemProcessClock } from '../../../edge/platform/clock.ts';
import { type Found, findLibmodbus, findPymodbusPython, findSocat } from '../../parts/find.ts';
import { type ForeignLineServer, startLibmodbusOnLine, startPymodbusOnLine } from '../../parts/modbus-servers.ts';
import { type PartProcess, startPartProcess } from '../../parts/process.ts';
import type { RegisterImage } from '../../parts/register-image.ts';
import { describeWithPart } from '../../parts/require.ts';
import { writeOnce } from '../../support/write-once.ts';

const PATIENT_MS = 10_000;

const IMAGE: RegisterImage = {
  units: [
    {
      unit: 7,
      holding: [{ address: 100, registers: [1, 2, 3, 4] }],
      input: [{ address: 0, registers: [0x4366, 0x3333] }],
    },
    { unit: 9, input: [{ address: 0, registers: [9, 99] }] },
  ],
};

interface ServerKind {
  readonly name: string;
  readonly lookup: Found<unknown>;
  readonly start: (image: RegisterImage, line: string) => Promise<ForeignLineServer>;
  /** What it answers for; libmodbus takes one unit a line. */
  readonly units: readonly number[];
  /** How a read of a unit that is not there fails. */
  readonly absent: Partial<ReadFailure>;
}

const SERVERS: readonly ServerKind[] = [
  {
    name: 'pymodbus on a serial line',
    lookup: findPymodbusPython(),
    start: startPymodbusOnLine,
    units: [7, 9],
    absent: { code: 'MODBUS_EXCEPTION' },
  },
  {
    name: 'libmodbus on a serial line',
    lookup: findLibmodbus(),
    start: startLibmodbusOnLine,
    units: [7],
    absent: { code: 'MODBUS_TIMEOUT' },
  },
];

describeWithPart('socat', findSocat(), ({ path: socat }) => {
  for (const { name, lookup, start, units, absent } of SERVERS) {
    describeWithPart(name, lookup, () => {
      let folder: string;
      let cable: PartProcess;
      let server: ForeignLineServer;
      let transport: ModbusTransport;
      let faults: LineFault[];

      beforeEach(async () => {
        folder = mkdtempSync(join(tmpdir(), 'gridwarden-line-'));
        const [ours, theirs] = [join(folder, 'ours'), join(folder, 'theirs')];
        cable = await startPartProcess({
          name: 'socat',
          command: socat,
          args: [`PTY,link=${ours},rawer`, `PTY,link=${theirs},rawer`],
          isReady: () => Promise.resolve(existsSync(ours) && existsSync(theirs)),
        });
        server = await start(IMAGE, theirs);
        faults = [];
        const common = { id: 'bus', timeout: '1s', turnaround: '0ms', devices: [] };
        const config: BusConfig = {
          ...common,
          transport: 'rtu',
          path: ours,
          baudRate: 115_200,
          parity: 'none',
          stopBits: 1,
        };
        transport = createTransport(config, systemProcessClock(), {
          onDown: () => undefined,
          onFault: (fault) => faults.push(fault),
        });
        await transport.connect(PATIENT_MS);
      });

      afterEach(async () => {
        await transport.close();
        await server.stop();
        await cable.stop();
        rmSync(folder, { recursive: true, force: true });
      });

      async function hex(unit: number, functionCode: 3 | 4, address: number, count: number): Promise<string> {
        const bytes = await readOnce(transport, { unit, functionCode, address, count, timeoutMs: PATIENT_MS });
        return Buffer.from(bytes).toString('hex');
      }

      test('reads both tables, is refused what is not there, and goes on', async () => {
        expect(await hex(7, 4, 0, 2)).toBe('43663333');
        expect(await hex(7, 3, 100, 4)).toBe('0001000200030004');
        await expect(hex(7, 4, 1, 2)).rejects.toMatchObject({ code: 'MODBUS_EXCEPTION', exception: 2 });
        if (units.includes(9)) expect(await hex(9, 4, 0, 2)).toBe('00090063');
        for (let i = 0; i < 20; i++) expect(await hex(7, 3, 101, 1)).toBe('0002');
        expect(faults).toEqual([]);
      });

      test('writes registers, and reads them back', async () => {
        await writeOnce(transport, { unit: 7, address: 101, values: [0x0a0b, 0xffff], timeoutMs: PATIENT_MS });
        expect(await hex(7, 3, 100, 4)).toBe('00010a0bffff0004');
      });

      test('a unit that is not there fails, and the others are read on', async () => {
        const request = { unit: 20, functionCode: 4, address: 0, count: 2, timeoutMs: 300 } as const;
        await expect(readOnce(transport, request)).rejects.toMatchObject(absent);
        await transport.connect(PATIENT_MS);
        // libmodbus takes what follows a request to another unit for that unit's answer and passes it over; of a request
        // it takes five bytes so, and the three that are left spoil the next one. We go on asking, as a bus does.
        const tries = [1, 2, 3].map((times) => times * request.timeoutMs);
        for (const timeoutMs of tries) {
          if (!transport.isOpen) await transport.connect(PATIENT_MS);
          await readOnce(transport, { ...request, unit: 7, timeoutMs }).catch(() => undefined);
        }
        expect(await hex(7, 4, 0, 2)).toBe('43663333');
      });
    });
  }
});
