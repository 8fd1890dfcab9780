/** The brokers and stores that are tried with each other. */
export const BROKERS = ['embedded', 'mosquitto'] as const;
export const STORES = ['duckdb', 'influxdb'] as const;
export type BrokerKind = (typeof BROKERS)[number];
export type StoreKind = (typeof STORES)[number];

export interface Pairing {
  readonly broker: BrokerKind;
  readonly store: StoreKind;
}

/** How large the system under test is. */
export interface Size {
  readonly edges: number;
  readonly busesPerEdge: number;
  /** No edge is on a small disk: what is measured is a backlog, not a full outbox. */
  readonly hasRoom?: boolean;
  readonly devicesPerBus: number;
  /** Poll intervals. */
  readonly fast: string;
  readonly registers: string;
}

/** One simulated gateway and the bus of the edge that reads it. */
export interface BusLayout {
  readonly id: string;
  readonly devices: readonly { readonly id: string; readonly unit: number }[];
}

export interface EdgeLayout {
  /** Sparkplug node, and name of the process. */
  readonly name: string;
  readonly buses: readonly BusLayout[];
}

export const GROUP = 'faults';
export const MODEL = 'gridwarden/ledger-meter';

/** Which edge reads which devices over which buses. */
export function edgesOf(size: Size): EdgeLayout[] {
  return Array.from({ length: size.edges }, (_, e) => ({
    name: `edge-${e + 1}`,
    buses: Array.from({ length: size.busesPerEdge }, (_, b) => ({
      id: `bus-${e + 1}-${b + 1}`,
      devices: Array.from({ length: size.devicesPerBus }, (_, d) => ({
        id: `E${e + 1}-B${b + 1}-${String(d + 1).padStart(3, '0')}`,
        unit: d + 1,
      })),
    })),
  }));
}

/** The id under which the server knows an edge. */
export function agentOf(edge: string): string {
  return `${GROUP}/${edge}`;
}

/** Links of a system, as the plan names them. */
export const LINK = {
  gateway: (edge: string) => `${edge} to its gateways`,
  broker: (process: string) => `${process} to the broker`,
  store: 'server to the store',
} as const;
