import type { Tombstone } from '../../edge/protocol/delivery.ts';
import { type Losses, LossTally } from '../../edge/protocol/losses.ts';
import type { Explanation, ExplanationTable } from './explanation-table.ts';

/**
 * What a tombstone says beyond what was told of its range before: it grows until the edge knows that the host has it, and
 * then tells all of it again.
 */
export function newLosses(
  node: string,
  { epoch, range, losses }: Tombstone,
  saved: ExplanationTable,
  unsaved: readonly Explanation[],
): Losses | undefined {
  if (!losses) return undefined;
  const tally = new LossTally(losses);
  for (const told of saved.lossesWithin(node, epoch, range)) tally.subtract(told);
  for (const told of unsaved) {
    const isOfRange = told.range[0] >= range[0] && told.range[1] <= range[1];
    if (told.losses && told.node === node && told.epoch === epoch && isOfRange) tally.subtract(told.losses);
  }
  return tally.finish();
}
