import { TYPICAL_COST } from '../../../edge/modbus/plan.ts';
import { CLASSES, planReads } from '../../../edge/modbus/read-plan.ts';
import { loadModels } from '../../../edge/profiles/load.ts';
import type { Bench, Row } from '../bench.ts';
import { end, MEASURED_S, type Measured, measure, missedRow, startGateways } from './processes.ts';

const REGISTERS = 20;

/** The buses without what stands behind them: what scheduling, reading and decoding cost beside a bare loop. */
export const benches: Bench[] = [
  { name: 'buses alone: 1 000 devices each second over 5 gateways', run: () => compare(5, 200) },
  { name: 'buses alone: 10 000 devices each second over 50 gateways', run: () => compare(50, 200) },
  { name: 'buses alone: 30 000 devices each second over 150 gateways', run: () => compare(150, 200) },
  { name: 'buses: plans of 1 000 devices', run: plans },
];

async function compare(gateways: number, units: number): Promise<Row[]> {
  const generator = await startGateways(gateways);
  const ports = generator.ports.join(',');
  try {
    const bare = await measure('../spine/bare-poller.ts', [ports, String(units), String(REGISTERS)]);
    const ours = await measure('buses-process.ts', [ports, String(units), 'bench/meter']);
    const usEach = ({ cpuS, answered }: Measured) => (cpuS / answered) * 1e6;
    const label = `buses alone, ${gateways * units} devices/s`;
    return [
      {
        figure: `${label}: CPU a read`,
        value: usEach(ours),
        unit: 'µs',
        reference: `bare modbus-serial loop ${usEach(bare).toFixed(1)} µs`,
        ratio: usEach(ours) / usEach(bare),
      },
      {
        figure: `${label}: reads done of those due`,
        value: (ours.answered / (gateways * units * MEASURED_S)) * 100,
        unit: '%',
        reference: `bare modbus-serial loop ${((bare.answered / (gateways * units * MEASURED_S)) * 100).toFixed(1)} %`,
      },
      { figure: `${label}: share of a core`, value: ours.cpuS / MEASURED_S, unit: 'cores' },
      missedRow(label, ours.missedOthers),
      { figure: `${label}: peak memory`, value: ours.peakMiB, unit: 'MiB' },
    ];
  } finally {
    await end(generator.child);
  }
}

const DEVICES = 1000;

function plans(): Promise<Row[]> {
  const models = [...loadModels().values()];
  const begin = performance.now();
  // As if each had holes of its own: nothing is shared between them.
  for (let device = 0; device < DEVICES; device++) {
    const model = models[device % models.length];
    const from = model?.registers[device % model.registers.length]?.address ?? 0;
    const holes = ([3, 4] as const).map((functionCode) => ({ functionCode, from, to: from, learnedAtMs: 0 }));
    if (model) planReads(model, CLASSES.both, { holes }, TYPICAL_COST);
  }
  const tookMs = performance.now() - begin;
  const figure = `plans of 1 000 devices of ${models.length} models, none shared`;
  return Promise.resolve([{ figure, value: tookMs, unit: 'ms', target: '≤ 200', ok: tookMs <= 200 }]);
}
