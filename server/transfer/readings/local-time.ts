import { GridwardenError } from '../../../edge/platform/errors.ts';
import { zoneOffsetMs } from '../../api/time-zone.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Minutes that are remembered: some months of quarter hours. */
const MAX_REMEMBERED = 50_000;

/** A local time that is none: why. */
export type LocalProblem = 'ambiguous' | 'missing';

/** Local times of one zone as moments. Around a change of the clocks some are no moment, and some are two. */
export class LocalZone {
  readonly name: string;
  readonly #offsets = new Map<number, number | LocalProblem>();

  /** @throws GridwardenError ARGUMENT_INVALID when there is no such zone */
  constructor(name: string) {
    this.name = name;
    try {
      zoneOffsetMs(name, 0);
    } catch {
      throw new GridwardenError('ARGUMENT_INVALID', `"${name}" is no time zone such as Asia/Shanghai or UTC`);
    }
  }

  /** The moment of a local time that is given as if it were UTC; or why there is not exactly one. */
  momentOf(localMs: number): number | LocalProblem {
    const minute = Math.floor(localMs / MINUTE_MS);
    const known = this.#offsets.get(minute) ?? this.#remember(minute);
    return typeof known === 'number' ? localMs - known : known;
  }

  /** The moment at which a local day begins, given as if it were UTC: where midnight is skipped, the change of the clocks. */
  beginOfDay(localMidnightMs: number): number | LocalProblem {
    const moment = this.momentOf(localMidnightMs);
    if (moment !== 'missing') return moment;
    return (
      localMidnightMs -
      zoneOffsetMs(this.name, localMidnightMs - DAY_MS / 2 - zoneOffsetMs(this.name, localMidnightMs - DAY_MS))
    );
  }

  #remember(minute: number): number | LocalProblem {
    const found = this.#find(minute * MINUTE_MS);
    if (this.#offsets.size >= MAX_REMEMBERED) this.#offsets.clear();
    this.#offsets.set(minute, found);
    return found;
  }

  /** Two changes lie further than a day apart, so that one day before and after have the offsets in question. */
  #find(localMs: number): number | LocalProblem {
    const offsets = new Set([zoneOffsetMs(this.name, localMs - DAY_MS), zoneOffsetMs(this.name, localMs + DAY_MS)]);
    const valid = [...offsets].filter((offset) => zoneOffsetMs(this.name, localMs - offset) === offset);
    const [first] = valid;
    if (first === undefined) return 'missing';
    return valid.length > 1 ? 'ambiguous' : first;
  }
}
