import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { MAX_LOSS_DEVICES, MAX_LOSS_GROUPS, MAX_LOSS_METRICS } from './loss-tally.ts';

export {
  LossTally,
  lostRecords,
  lostValues,
  MAX_LOSS_DEVICES,
  MAX_LOSS_GROUPS,
  MAX_LOSS_METRICS,
} from './loss-tally.ts';

const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

/** Devices that are read by one set of metrics, each with how many of its records were dropped. */
const LossGroupSchema = Type.Object({
  metrics: Type.Array(Type.String(), { maxItems: MAX_LOSS_METRICS }),
  devices: Type.Array(Type.Tuple([Type.String(), Count]), { maxItems: MAX_LOSS_DEVICES }),
});

/**
 * Values that were dropped, by device and metric: a record holds one value of each metric of its group, good or not.
 * Records that nobody could read any more (a damaged block) are in neither count.
 */
export const LossesSchema = Type.Object({
  groups: Type.Array(LossGroupSchema, { maxItems: MAX_LOSS_GROUPS }),
  /** Records, and values in them, that are counted but not named, because the limits above are reached. */
  otherRecords: Count,
  otherValues: Count,
});
export type Losses = Static<typeof LossesSchema>;

const validator = Compile(LossesSchema);

/** Losses as they were kept in JSON; undefined when they are none. */
export function parseLosses(text: string): Losses | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return validator.Check(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
