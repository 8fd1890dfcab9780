import { DELIVERY, DEVICE_CONTROL, type DeliveryAck, NODE_CONTROL, parseAck } from '../protocol/delivery.ts';
import { decodePayload, has, integerOf, type MetricFields } from '../protocol/payload.ts';

/** What a command message asks for, one entry a metric. */
export type Command =
  | { readonly kind: 'rebirth' }
  | { readonly kind: 'deviceRebirth' }
  | { readonly kind: 'acknowledge'; readonly ack: DeliveryAck }
  /** A write to something that is not to be written. */
  | { readonly kind: 'refused'; readonly metric: string }
  | { readonly kind: 'malformed'; readonly reason: string };

/** Finds the name behind an alias that a birth of ours declared. */
export type NameOf = (alias: number) => string | undefined;

/**
 * Reads an NCMD, whose metrics come by name or by alias, with or without timestamps. Nothing in it can throw.
 */
export function readNodeCommands(payload: Uint8Array, nameOf: NameOf): Command[] {
  return readMetrics(payload, (metric) => {
    const name = nameIn(metric, nameOf);
    if (name === NODE_CONTROL.rebirth) return isTrue(metric) ? { kind: 'rebirth' } : { kind: 'refused', metric: name };
    if (name !== DELIVERY.ack) return { kind: 'refused', metric: name };
    const ack = parseAck(metric.stringValue ?? '');
    return ack ? { kind: 'acknowledge', ack } : { kind: 'malformed', reason: `${name} cannot be read` };
  });
}

/** Reads a DCMD. Writes to devices are refused: nothing is configured to be written. */
export function readDeviceCommands(payload: Uint8Array, nameOf: NameOf): Command[] {
  return readMetrics(payload, (metric) => {
    const name = nameIn(metric, nameOf);
    const isRebirth = name === DEVICE_CONTROL.rebirth && isTrue(metric);
    return isRebirth ? { kind: 'deviceRebirth' } : { kind: 'refused', metric: name };
  });
}

function readMetrics(payload: Uint8Array, read: (metric: MetricFields) => Command): Command[] {
  const decoded = decodePayload(payload);
  if ('malformed' in decoded) return [{ kind: 'malformed', reason: decoded.malformed }];
  return decoded.payload.metrics.map(read);
}

function nameIn(metric: MetricFields, nameOf: NameOf): string {
  if (has(metric, 'name') && metric.name) return metric.name;
  const alias = integerOf(metric.alias ?? undefined);
  return nameOf(alias) ?? `alias ${alias}`;
}

function isTrue(metric: MetricFields): boolean {
  return metric.booleanValue === true;
}
