import { join } from 'node:path';
import { stringify } from 'yaml';
import type { EdgeLayout, Size } from './layout.ts';
import { GROUP, MODEL } from './layout.ts';

const MODELS_FOLDER = join(import.meta.dirname, '../models');
const HOST = 'gridwarden';

/**
 * An answer is waited for this long: longer than a loaded machine holds up a process, so that only recorded faults cut
 * answers off.
 */
const READ_TIMEOUT = '5s';

export interface FleetPorts {
  readonly control: number;
  /** By bus. */
  readonly gateways: ReadonlyMap<string, number>;
}

/** fleet.yaml: every device behind its gateway, and the ledger. */
export function fleetConfig(edges: readonly EdgeLayout[], ports: FleetPorts, ledger: string): string {
  return stringify({
    ledger,
    profiles: [MODELS_FOLDER],
    control: { listen: loopback(ports.control) },
    gateways: edges
      .flatMap(({ buses }) => buses)
      .map(({ id, devices }) => ({
        listen: loopback(ports.gateways.get(id) ?? 0),
        devices: devices.map((device) => ({ ...device, model: MODEL })),
      })),
  });
}

export interface EdgePorts {
  readonly broker: number;
  /** By bus. */
  readonly gateways: ReadonlyMap<string, number>;
}

/** edge.yaml of one edge. */
export function edgeConfig(edge: EdgeLayout, size: Size, ports: EdgePorts, outbox: EdgeOutbox): string {
  return stringify({
    group: GROUP,
    node: edge.name,
    primaryHost: HOST,
    broker: { urls: [`mqtt://${loopback(ports.broker)}`] },
    outbox,
    profiles: [MODELS_FOLDER],
    buses: edge.buses.map(({ id, devices }) => ({
      id,
      transport: 'tcp',
      host: '127.0.0.1',
      port: ports.gateways.get(id),
      timeout: READ_TIMEOUT,
      devices: devices.map((device) => ({
        ...device,
        model: MODEL,
        every: { fast: size.fast, registers: size.registers },
      })),
    })),
  });
}

export interface EdgeOutbox {
  readonly path: string;
  readonly maxBytes: string;
}

export interface ServerWorld {
  readonly http: number;
  readonly broker: { readonly embedded: number } | { readonly external: number };
  readonly store: DuckDbPlace | InfluxPlace;
}

export interface DuckDbPlace {
  readonly duckdb: string;
}

export interface InfluxPlace {
  readonly influxPort: number;
  readonly org: string;
  readonly bucket: string;
  readonly tokenFile: string;
  readonly rejects: string;
}

/** server.yaml. */
export function serverConfig({ http, broker, store }: ServerWorld, state: string): string {
  return stringify({
    listen: loopback(http),
    host: HOST,
    timeZone: 'UTC',
    broker:
      'embedded' in broker
        ? { embedded: { listen: loopback(broker.embedded) } }
        : { urls: [`mqtt://${loopback(broker.external)}`] },
    store: 'duckdb' in store ? { duckdb: { path: store.duckdb } } : { influxdb: influxConfig(store) },
    state,
    simulated: true,
  });
}

function influxConfig({ influxPort, org, bucket, tokenFile, rejects }: InfluxPlace) {
  return { url: `http://${loopback(influxPort)}`, org, bucket, tokenFile, rejects };
}

function loopback(port: number): string {
  return `127.0.0.1:${port}`;
}
