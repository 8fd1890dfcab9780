import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { BusConfig } from '../../../edge/config.ts';
import { createTransport } from '../../../edge/modbus/transport/create.ts';
import { readOnce as readFrom } from '../../../edge/modbus/transport/transport.ts';
import { systemProcessClock } from '../../../edge/platform/clock.ts';
import { loadModels } from '../../../edge/profiles/load.ts';
import { qualityOf } from '../../../edge/protocol/quality.ts';
import type { DeviceHealth, DeviceRead } from '../../../edge/reading.ts';
import { FOREIGN_SERVERS, type ForeignModbusServer } from '../../parts/modbus-servers.ts';
import type { RegisterImage } from '../../parts/register-image.ts';
import { describeWithPart } from '../../parts/require.ts';
import { GOLDEN_UNIT, type GoldenProfile, goldenProfiles } from '../../support/golden-profiles.ts';
import { startRealBuses } from '../../support/real-buses.ts';
import { writeOnce } from '../../support/write-once.ts';

const models = loadModels();

/** Reads the device behind `server` until both of its classes have come in; returns its values and its health. */
async function readOnce(server: ForeignModbusServer, golden: GoldenProfile) {
  const reads: DeviceRead[] = [];
  const healths: DeviceHealth[] = [];
  const bus: BusConfig = {
    id: 'bus',
    transport: 'tcp',
    host: server.host,
    port: server.port,
    timeout: '5s',
    turnaround: '0ms',
    devices: [{ id: 'D', model: golden.model, unit: GOLDEN_UNIT, every: '200ms' }],
  };
  const buses = startRealBuses(mkdtempSync(join(tmpdir(), 'gridwarden-holes-')), {
    buses: [bus],
    models,
    sink: { take: (read) => void reads.push(read), health: (health) => void healths.push(health) },
  });
  const classes = buses.devices[0]?.layouts.length ?? 0;
  try {
    // What a server refuses is searched for in the first reads; the values count from then on.
    await expect.poll(() => buses.report()[0]?.devices[0]?.health?.up).toBe(true);
    const from = reads.length;
    await expect.poll(() => reads.length).toBeGreaterThanOrEqual(from + 2 * classes);
    return { reads: reads.slice(-classes), healths, learned: buses.report()[0]?.devices[0]?.learnedHoles };
  } finally {
    await buses.stop();
  }
}

function valuesOf(reads: readonly DeviceRead[]): Record<string, number | string> {
  return Object.fromEntries(
    reads.flatMap(({ layout, values, quality }) =>
      layout.metrics.map((metric, i) => {
        const code = quality[i] ?? 255;
        return [metric, code === 0 ? (values[i] ?? Number.NaN) : qualityOf(code)] as const;
      }),
    ),
  );
}

for (const { name, lookup, start } of FOREIGN_SERVERS) {
  describeWithPart(name, lookup, () => {
    test('takes a write of registers, and gives back what was written', async () => {
      const server = await start({
        units: [{ unit: 1, holding: [{ address: 100, registers: [1, 2, 3, 4] }], input: [] }],
      });
      const { host, port } = server;
      const config: BusConfig = {
        id: 'bus',
        transport: 'tcp',
        host,
        port,
        timeout: '5s',
        turnaround: '0ms',
        devices: [],
      };
      const transport = createTransport(config, systemProcessClock(), { onDown: () => undefined });
      try {
        await transport.connect(5000);
        await writeOnce(transport, { unit: 1, address: 101, values: [0x0a0b, 0xffff], timeoutMs: 5000 });
        const read = { unit: 1, functionCode: 3, address: 100, count: 4, timeoutMs: 5000 } as const;
        expect(Buffer.from(await readFrom(transport, read)).toString('hex')).toBe('00010a0bffff0004');
      } finally {
        await transport.close();
        await server.stop();
      }
    });

    test.each(goldenProfiles())('reads $model from a register image', async (golden) => {
      const server = await start(golden.image);
      try {
        const { reads, healths } = await readOnce(server, golden);
        const values = valuesOf(reads);
        expect(Object.keys(values).sort()).toEqual(Object.keys(golden.expected).sort());
        for (const [metric, wanted] of Object.entries(golden.expected)) {
          const value = values[metric];
          if (typeof wanted !== 'number' || typeof value !== 'number') expect(value, metric).toBe(wanted);
          else expect(Math.abs(value - wanted), `${metric}: ${value}`).toBeLessThanOrEqual(golden.within);
        }
        expect(healths.at(-1)).toMatchObject({ device: 'D', up: true, quality: 0 });
        expect(healths.at(-1)?.serial).toBe(golden.serial);
      } finally {
        await server.stop();
      }
    });

    test('learns what the server refuses, and reads the rest', async () => {
      const golden = goldenProfiles().find(({ model }) => model === 'eastron/sdm120');
      if (golden === undefined) throw new Error('there is a case of the SDM120');
      const server = await start(without(golden.image, 0x1e, 2));
      try {
        const { reads, learned } = await readOnce(server, golden);
        const values = valuesOf(reads);
        expect(values.power_factor).toBe('exception');
        expect(values.voltage_a).toBe(226);
        expect(values.frequency).toBe(50);
        expect(learned).toMatchObject([{ functionCode: 4, from: 0x1e, to: 0x1f }]);
      } finally {
        await server.stop();
      }
    });
  });
}

/** The image without some of its input registers: reading them is exception 2. */
function without(image: RegisterImage, address: number, count: number): RegisterImage {
  return {
    units: image.units.map((unit) => ({
      ...unit,
      input: (unit.input ?? []).flatMap((block) => {
        const at = address - block.address;
        if (at < 0 || at >= block.registers.length) return [block];
        return [
          { address: block.address, registers: block.registers.slice(0, at) },
          { address: address + count, registers: block.registers.slice(at + count) },
        ];
      }),
    })),
  };
}

describe('the golden cases', () => {
  test('are found', () => expect(goldenProfiles().length).toBeGreaterThanOrEqual(4));
});
