import { join } from 'node:path';
import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { loadModels } from '../../../edge/profiles/load.ts';
import { type FleetConfig, FleetConfigSchema } from '../../../simulators/config.ts';
import { fleetProblems } from '../../../simulators/fleet-check.ts';

const models = loadModels([join(import.meta.dirname, '../../faults/models')]);

function problems(devices: unknown[], more: object = {}): string[] {
  const config: FleetConfig = Value.Parse(
    FleetConfigSchema,
    Value.Default(FleetConfigSchema, { gateways: [{ listen: '127.0.0.1:0', devices }], ...more }),
  );
  return fleetProblems(config, models).map(({ path, message }) => `${path.join('.')}: ${message}`);
}

const METER = { id: 'M-1', model: 'eastron/sdm120', unit: 1 };
const COUNTER = { id: 'M-2', model: 'gridwarden/ledger-meter', unit: 2 };

describe('what a schema cannot say of a fleet', () => {
  it('finds nothing wrong with devices of their own', () => {
    expect(problems([METER, COUNTER])).toEqual([]);
  });

  it('finds ids and units that are used twice', () => {
    expect(problems([METER, { ...METER, unit: 2 }])).toEqual(['gateways.0.devices.1.id: "M-1" is used twice']);
    expect(problems([METER, { ...COUNTER, unit: 1 }])).toEqual([
      'gateways.0.devices.1.unit: this unit is used twice on the gateway',
    ]);
  });

  it('finds a model that is not there', () => {
    expect(problems([{ ...METER, model: 'eastron/sdm12' }])).toEqual([expect.stringContaining('eastron/sdm120')]);
  });

  it('finds a model that cannot carry the counters of a ledger', () => {
    expect(problems([COUNTER], { ledger: 'ledger.tsv' })).toEqual([]);
    expect(problems([METER, COUNTER], { ledger: 'ledger.tsv' })).toEqual([
      expect.stringMatching(/^gateways\.0\.devices\.0\.model: "eastron\/sdm120" cannot be used with a ledger: /),
    ]);
  });
});
