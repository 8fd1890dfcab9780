import { BusDevice } from '../modbus/device.ts';
import { textTable } from '../platform/text-table.ts';
import type { DeviceModel } from '../profiles/model.ts';
import { qualityOf } from '../protocol/quality.ts';
import { QUANTITIES } from '../protocol/quantities.ts';
import { assess, type Finding, isWell } from './assess.ts';
import { noChance } from './check-devices.ts';
import { ProbeLine } from './probe-line.ts';
import { addressText } from './raw-words-text.ts';
import { type DeviceReading, readDevice } from './read-device.ts';
import type { ReadValue } from './read-value.ts';
import { deviceDocument, findingLines } from './report-device.ts';
import { short } from './suspicions/suspicion.ts';
import type { Tools } from './tools.ts';
import { busConfigOf, type Where } from './where.ts';

export interface TrialArguments extends Where {
  readonly unit: number;
  readonly model: DeviceModel;
  readonly json?: boolean;
}

/** Tries a model on a live device and shows every register: words, value, and what looks wrong. Returns the exit code. */
export async function trial(args: TrialArguments, { console, clock, createTransport }: Tools): Promise<number> {
  const { model, unit } = args;
  const config = { id: 'device', model: model.name, unit, every: '1s' };
  const bus = busConfigOf(args, [config]);
  const probe = new ProbeLine(bus, clock, createTransport);
  try {
    const reading = await readDevice(probe, new BusDevice(config, model, bus.timeout, noChance));
    const findings = assess(reading, { bus, trial: true });
    const well = isWell(findings);
    if (args.json) {
      const { device: _, ...document } = { ...deviceDocument({ bus: bus.id, reading, findings }) } as Record<
        string,
        unknown
      >;
      console.print(
        JSON.stringify({ command: 'check', ...document, profile: model.file, registers: registersOf(reading) }),
      );
    } else {
      for (const line of trialLines(reading, findings, console.width)) console.print(line);
    }
    return well ? 0 : 1;
  } finally {
    await probe.close();
  }
}

function registersOf({ values }: DeviceReading): object[] {
  return values.map(({ metric, register, words, number, quality }) => ({
    metric,
    functionCode: register.functionCode,
    address: register.address,
    type: register.type,
    words: words ?? null,
    number: number ?? null,
    quality: qualityOf(quality),
  }));
}

function trialLines(reading: DeviceReading, findings: readonly Finding[], width: number): string[] {
  const { device, answered, serial, tookMs, requests } = reading;
  const head = `${device.model.name} (${device.model.maker} ${device.model.product}) on unit ${device.unit}`;
  if (!answered) return [`${head}: no answer`, ...findingLines(findings, width)];
  const suspects = new Set(
    findings.filter(({ severity }) => severity !== 'note').flatMap(({ metrics = [] }) => metrics),
  );
  const count = findings.filter(({ severity }) => severity !== 'note').length;
  return [
    `${head}: ${requests} requests, ${Math.round(tookMs)} ms${serial === undefined ? '' : `, serial number ${serial}`}`,
    '',
    ...textTable(
      [
        { title: 'metric' },
        { title: 'fc', align: 'right' },
        { title: 'address' },
        { title: 'type' },
        { title: 'words' },
        { title: 'value', align: 'right' },
        { title: 'unit' },
        { title: '' },
      ],
      reading.values.map((value) => rowOf(value, suspects.has(value.metric))),
    ),
    '',
    ...findingLines(findings, width),
    count === 0 ? 'Nothing looks wrong.' : `${count} ${count === 1 ? 'thing looks' : 'things look'} wrong.`,
  ];
}

function rowOf({ metric, register, words, number, quality }: ReadValue, suspect: boolean): string[] {
  const isGood = quality === 0;
  return [
    metric,
    String(register.functionCode),
    addressText(register.address),
    register.type,
    words?.map((word) => word.toString(16).padStart(4, '0')).join(' ') ?? '',
    number === undefined ? '–' : short(number),
    QUANTITIES[metric].unit,
    [isGood ? '' : qualityOf(quality).replaceAll('_', ' '), suspect ? '?' : ''].filter(Boolean).join(' '),
  ];
}
