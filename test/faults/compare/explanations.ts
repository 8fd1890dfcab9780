import type { AbsentRecord } from './absent-records.ts';
import type { EdgeTime } from './edge-time.ts';

/** Records that the server says it will not get, with the reason; as it stands in its state. */
export interface Explanation {
  /** Name of the edge. */
  readonly edge: string;
  /** Empty: any device of the edge. */
  readonly devices: readonly string[];
  /** Edge's time; both 0 when it is not known. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly records: number;
  readonly reason: string;
  /** Values by `device metric`, where the server names all that were lost: it then explains no more than those. */
  readonly lost?: ReadonlyMap<string, number> | undefined;
}

/** The edges of devices, and how their time may relate to the machine's. */
export interface Edges {
  edgeOf(device: string): string;
  timeOf(edge: string): EdgeTime;
}

/** What the server explains; each explanation is good for as many records as it names. */
export class Explanations {
  readonly #edges: Edges;
  readonly #open: {
    readonly explanation: Explanation;
    readonly lost: Map<string, number> | undefined;
    left: number;
  }[];

  constructor(explanations: readonly Explanation[], edges: Edges) {
    this.#edges = edges;
    // Those without times cover everything and are kept for last.
    const endOf = ({ toMs }: Explanation) => (toMs === 0 ? Number.POSITIVE_INFINITY : toMs);
    const sorted = [...explanations].sort((a, b) => endOf(a) - endOf(b));
    this.#open = sorted.map((explanation) => {
      const lost = explanation.lost && new Map(explanation.lost);
      return { explanation, lost, left: explanation.records };
    });
  }

  /** Takes one explanation of the record whose reason is accepted; false when there is none. */
  cover(record: AbsentRecord, isAccepted: (reason: string) => boolean): boolean {
    const chosen = this.#fitting(record).find(({ explanation }) => isAccepted(explanation.reason));
    if (!chosen) return false;
    chosen.left -= 1;
    const { lost } = chosen;
    if (lost) for (const key of lossKeys(record)) lost.set(key, (lost.get(key) ?? 0) - 1);
    return true;
  }

  /** What the server says of a record, accepted or not; for the words of a finding. */
  reasonFor(record: AbsentRecord): string | undefined {
    return this.#fitting(record)[0]?.explanation.reason;
  }

  #fitting(record: AbsentRecord) {
    const edge = this.#edges.edgeOf(record.device);
    const time = this.#edges.timeOf(edge);
    return this.#open.filter(
      ({ left, lost, explanation }) =>
        left > 0 &&
        (!lost || lossKeys(record).every((key) => (lost.get(key) ?? 0) > 0)) &&
        explanation.edge === edge &&
        covers(explanation, record, time),
    );
  }
}

function lossKeys({ device, metrics }: AbsentRecord): string[] {
  return metrics.map((metric) => `${device} ${metric}`);
}

function covers({ devices, fromMs, toMs }: Explanation, { device, givenMs }: AbsentRecord, time: EdgeTime): boolean {
  if (devices.length > 0 && !devices.includes(device)) return false;
  return (fromMs === 0 && toMs === 0) || time.mayBeStamped(givenMs, fromMs, toMs);
}
