import { ledgerLines } from '../../../simulators/ledger/ledger.ts';

/** One answer of a device as the ledger has it. */
export interface GivenAnswer {
  readonly counter: number;
  readonly timeMs: number;
  /** By position among the device's metrics; undefined where the read did not cover it. */
  readonly values: readonly (number | undefined)[];
}

export interface GivenDevice {
  readonly device: string;
  readonly metrics: readonly string[];
  /** By counter: the answer number k stands at position k − 1. */
  readonly answers: readonly GivenAnswer[];
}

/**
 * What the simulated devices gave out.
 * @throws RangeError when the text is no ledger, or its counters have a gap
 */
export function givenAnswers(text: string): Map<string, GivenDevice> {
  const devices = new Map<string, GivenDevice & { readonly answers: GivenAnswer[] }>();
  for (const line of ledgerLines(text)) {
    const known = devices.get(line.device);
    if (line.kind === 'metrics') {
      if (!known) devices.set(line.device, { device: line.device, metrics: line.metrics, answers: [] });
      else if (known.metrics.join() !== line.metrics.join()) throw new RangeError(`${line.device} changed its metrics`);
      continue;
    }
    if (!known || line.counter !== known.answers.length + 1) {
      throw new RangeError(`answer ${line.counter} of ${line.device} is out of turn`);
    }
    known.answers.push({ counter: line.counter, timeMs: line.timeMs, values: line.values });
  }
  return devices;
}
