import { describe, expect, it } from 'vitest';
import type { DeviceConfig } from '../../../../edge/config.ts';
import { inputProblems, modelOf } from '../../../../edge/profiles/inputs.ts';
import { loadModels, modelNamed } from '../../../../edge/profiles/load.ts';

const models = loadModels();
const relay = modelNamed(models, 'ziehl/tr1200');

function device(inputs?: Record<string, string>): DeviceConfig {
  const base = { id: 'T-1', model: 'ziehl/tr1200', unit: 1, every: '1s' };
  return inputs === undefined ? base : { ...base, inputs };
}

describe('modelOf', () => {
  it('names an input for what is wired to it and leaves its register where it is', () => {
    const wired = modelOf(models, device({ temperature_1: 'temperature_oil_top' }));
    const at = (metric: string) => wired.registers.find((register) => register.metric === metric)?.address;
    expect(at('temperature_oil_top')).toBe(relay.registers.find(({ metric }) => metric === 'temperature_1')?.address);
    expect(at('temperature_1')).toBeUndefined();
    expect(at('temperature_2')).toBeDefined();
  });

  it('is one model for all devices that are wired alike', () => {
    expect(modelOf(models, device({ temperature_1: 'temperature_core' }))).toBe(
      modelOf(models, device({ temperature_1: 'temperature_core' })),
    );
    expect(modelOf(models, device())).toBe(relay);
  });
});

describe('inputProblems', () => {
  const messages = (inputs: Record<string, string>) => inputProblems(relay, inputs).map(({ message }) => message);

  it('accepts what fits, a swap included', () => {
    expect(messages({ temperature_1: 'temperature_oil_top', temperature_2: 'temperature_ambient' })).toEqual([]);
    expect(messages({ temperature_1: 'temperature_2', temperature_2: 'temperature_1' })).toEqual([]);
  });

  it('names an unknown input, an unknown quantity, one used twice, and one of another unit', () => {
    expect(messages({ temperatur_1: 'temperature_core' })[0]).toContain('did you mean "temperature_1"');
    expect(messages({ temperature_1: 'temperature_oil_tpo' })[0]).toContain('did you mean "temperature_oil_top"');
    expect(messages({ temperature_1: 'temperature_2' })[0]).toContain('there already');
    expect(messages({ temperature_1: 'voltage_a' })[0]).toContain('another unit');
  });
});
