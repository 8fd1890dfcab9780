import { type ModelCatalogue, modelNamed } from '../../edge/profiles/load.ts';
import type { MetricName } from '../../edge/protocol/quantities.ts';
import { shownBy } from '../modbus/shown-value.ts';
import type { AreaBlueprint, PlannedMeter } from './blueprint.ts';

/** The products that stand in a scenario's field: meters by how they are connected, and the relay at a transformer. */
const METER_MODELS = {
  singlePhase: 'eastron/sdm120',
  direct: 'eastron/sdm630',
  throughTransformers: 'schneider/pm5330',
};
export const SENSOR_MODEL = 'ziehl/tr1200';
export const SCENARIO_MODELS: readonly string[] = [...Object.values(METER_MODELS), SENSOR_MODEL];

/** How the inputs of the relay at a transformer are wired. */
export const SENSOR_INPUTS = {
  temperature_1: 'temperature_oil_top',
  temperature_2: 'temperature_ambient',
  temperature_3: 'temperature_winding_a',
  temperature_4: 'temperature_winding_b',
  temperature_5: 'temperature_winding_c',
  temperature_6: 'temperature_core',
} as const satisfies Partial<Record<MetricName, MetricName>>;

/** Name of a meter's model. */
export function meterModel({ phase, settings }: PlannedMeter): string {
  if (phase !== 'abc') return METER_MODELS.singlePhase;
  return settings.ratio > 1 ? METER_MODELS.throughTransformers : METER_MODELS.direct;
}

/** The models of an area's devices in the order gateway, customers, sensor. */
export function modelsOf(blueprint: AreaBlueprint): string[] {
  return [...blueprint.meters.map(meterModel), SENSOR_MODEL];
}

/** What can be read of a value of a device with this model; one that it has no register for is as it is. */
export function showing(models: ModelCatalogue, model: string, metric: MetricName): (value: number) => number {
  const input = Object.entries(SENSOR_INPUTS).find(([, name]) => model === SENSOR_MODEL && name === metric)?.[0];
  const register = modelNamed(models, model).registers.find((one) => one.metric === (input ?? metric));
  return register ? shownBy(register) : (value) => value;
}
