import type { DeviceKind } from '../../edge/protocol/delivery.ts';
import type { PropertySetFields } from '../../edge/protocol/payload.ts';
import type { Binding } from './bindings.ts';
import type { WireMetric } from './payload-walker.ts';

/** What else than its metrics the bindings of a device rest on. */
interface Bound {
  readonly stream: object | undefined;
  readonly state: { readonly kind: DeviceKind };
}

/** Which metrics a birth declared, in which order, and what they were bound to: most births repeat the last one. */
export class BirthShape {
  /** By place in the birth. */
  readonly bindings: readonly Binding[];
  readonly #aliases: readonly number[];
  readonly #properties: (PropertySetFields | undefined)[];
  readonly #isNumbered: boolean;
  readonly #kind: DeviceKind;

  /** @param bindings one for each metric */
  constructor(device: Bound, metrics: readonly WireMetric[], bindings: readonly Binding[]) {
    this.bindings = bindings;
    this.#aliases = metrics.map(({ alias }) => alias);
    this.#properties = metrics.map(({ properties }) => properties);
    this.#isNumbered = device.stream !== undefined;
    this.#kind = device.state.kind;
  }

  /** Whether a birth of the device declares the same metrics: names, aliases, data types. */
  isOf(device: Bound, metrics: readonly WireMetric[]): boolean {
    if (metrics.length !== this.bindings.length || device.state.kind !== this.#kind) return false;
    if ((device.stream !== undefined) !== this.#isNumbered) return false;
    return metrics.every(({ name, alias, dataType }, place) => {
      const binding = this.bindings[place];
      return binding?.name === name && binding?.dataType === dataType && this.#aliases[place] === alias;
    });
  }

  /** Whether a metric has other properties than in the last birth. Equal ones are one object most of the time. */
  describesAnew(place: number, { properties }: WireMetric): boolean {
    if (this.#properties[place] === properties) return false;
    this.#properties[place] = properties;
    return true;
  }
}
