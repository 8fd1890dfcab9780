import { NODE_CONTROL } from '../../edge/protocol/delivery.ts';
import { recordNumberOf, textOf } from './metric-value.ts';
import type { WireMetric } from './payload-walker.ts';

/** Ids and epochs longer than this are nobody's. */
export const MAX_ID_LENGTH = 200;
/** Names of metrics may be paths. */
export const MAX_NAME_LENGTH = 400;

export function textMetric(metrics: readonly WireMetric[], name: string): string | undefined {
  const metric = metrics.find((candidate) => candidate.name === name);
  return metric ? textOf(metric) : undefined;
}

export function numberMetric(metrics: readonly WireMetric[], name: string): number | undefined {
  const metric = metrics.find((candidate) => candidate.name === name);
  return metric ? recordNumberOf(metric) : undefined;
}

/** The birth/death number; Int64 in births of the specification, UInt64 in those of older publishers. */
export function bdSeqOf(metrics: readonly WireMetric[]): number | undefined {
  return numberMetric(metrics, NODE_CONTROL.bdSeq);
}
