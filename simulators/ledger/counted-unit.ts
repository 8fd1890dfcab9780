import type { GridClock } from '../../edge/platform/clock.ts';
import type { DeviceModel } from '../../edge/profiles/model.ts';
import type { Behaviour, SimulatedUnit, UnitAnswer } from '../modbus/gateway.ts';
import { RegisterImage } from '../modbus/register-image.ts';
import { countedValue } from './counted-value.ts';
import type { Ledger } from './ledger.ts';

export interface CountedUnitSettings {
  readonly id: string;
  readonly model: DeviceModel;
  readonly serial: string;
  readonly ledger: Ledger;
  readonly gridClock: GridClock;
  /** How the device behaves at the moment. */
  readonly behaviour: () => Behaviour;
}

/**
 * A simulated device whose values say in which answer they stand, each answer written down before it goes out. What it
 * measures means nothing; it is there to find out which answers arrived, and how often.
 */
export class CountedUnit implements SimulatedUnit {
  readonly #settings: CountedUnitSettings;
  readonly #image: RegisterImage;

  constructor(settings: CountedUnitSettings) {
    this.#settings = settings;
    this.#image = new RegisterImage(settings.model, settings.serial);
  }

  behaviour(): Behaviour {
    return this.#settings.behaviour();
  }

  read(functionCode: number, address: number, count: number): UnitAnswer {
    const { id, model, ledger, gridClock } = this.#settings;
    const counter = ledger.nextCounter(id);
    const values = model.registers.map((register) => countedValue(id, register, counter));
    const byMetric = new Map(model.registers.map(({ metric }, index) => [metric, values[index]]));
    this.#image.update((metric) => byMetric.get(metric));
    const answer = this.#image.read(functionCode, address, count);
    if ('exception' in answer) return answer;
    const covered = model.registers.map(
      (register) =>
        register.functionCode === functionCode &&
        register.address >= address &&
        register.address + register.count <= address + count,
    );
    if (covered.includes(true)) {
      const given = values.map((value, index) => (covered[index] ? value : undefined));
      ledger.write({ device: id, counter, timeMs: gridClock.nowMs(), values: given });
    }
    return answer;
  }
}
