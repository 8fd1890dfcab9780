import { Document, isMap, isSeq } from 'yaml';
import { EdgeConfigSchema } from '../config.ts';
import { loadConfig } from '../platform/config.ts';
import type { DeviceModel } from '../profiles/model.ts';

/** A device that was recognised, for the configuration. */
export interface NewDevice {
  readonly model: DeviceModel;
  readonly unit: number;
  readonly serial?: string;
  /** How long one read of it took. */
  readonly tookMs: number;
}

export interface NewEdge {
  readonly group: string;
  readonly node: string;
  readonly primaryHost: string;
  readonly broker: string;
  /** Folders of models of one's own, relative to the file. */
  readonly profiles: readonly string[];
  /** Where the bus is, as keys of a bus. */
  readonly bus: Readonly<Record<string, unknown>>;
  readonly devices: readonly NewDevice[];
}

const COMMENT = ` Written by "edge init". Give each device the id by which it is known (a meter's number, a transformer's name);
 "edge check" reads them all once, "edge --config" starts the agent.`;

/**
 * The text of an edge.yaml that the edge takes as it is.
 *
 * @throws GridwardenError CONFIG_INVALID with the line and what is allowed
 */
export function edgeYaml(file: string, edge: NewEdge): string {
  const { group, node, primaryHost, broker, profiles, bus } = edge;
  const document = new Document({
    group,
    node,
    primaryHost,
    broker: { urls: [broker] },
    outbox: { path: 'data/outbox.sqlite', maxBytes: '1GiB' },
    ...(profiles.length > 0 ? { profiles } : {}),
    buses: [{ id: 'bus-1', ...bus, devices: deviceEntries(edge.devices) }],
  });
  document.commentBefore = COMMENT;
  const devices = document.getIn(['buses', 0, 'devices']);
  if (isSeq(devices)) for (const device of devices.items) if (isMap(device)) device.flow = true;
  const text = document.toString({ lineWidth: 0, flowCollectionPadding: true });
  loadConfig(EdgeConfigSchema, { file, text });
  return text;
}

function deviceEntries(devices: readonly NewDevice[]): object[] {
  const fast = fastInterval(devices.reduce((sum, { tookMs }) => sum + tookMs, 0));
  const taken = new Set<string>();
  return devices.map(({ model, unit, serial }) => {
    const prefix = model.kind === 'meter' ? 'M' : 'T';
    const wanted = `${prefix}-${serial === undefined ? unit : nameable(serial)}`;
    const id = taken.has(wanted) ? `${wanted}-${unit}` : wanted;
    taken.add(id);
    return { id, model: model.name, unit, every: { fast, registers: '15m' } };
  });
}

/** What the id of a device may hold. */
function nameable(serial: string): string {
  return serial.replace(/[^A-Za-z0-9._-]+/g, '-');
}

const INTERVALS = ['1s', '2s', '5s', '10s', '30s'] as const;
const SECONDS: Readonly<Record<(typeof INTERVALS)[number], number>> = {
  '1s': 1,
  '2s': 2,
  '5s': 5,
  '10s': 10,
  '30s': 30,
};
/** A line that is busy longer than this has no room for what comes beside the usual reads. */
const MOST_SHARE = 0.5;

/** The shortest interval in which all devices of the bus, read one after the other, leave the line half idle. */
export function fastInterval(busyMs: number): string {
  return INTERVALS.find((interval) => busyMs <= MOST_SHARE * 1000 * SECONDS[interval]) ?? '1m';
}
