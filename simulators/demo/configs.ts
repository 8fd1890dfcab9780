import { stringify } from 'yaml';
import type { Area } from './district.ts';

export interface DemoPorts {
  readonly http: number;
  readonly broker: number;
  readonly control: number;
  readonly gateways: readonly number[];
}

export interface DemoFile {
  /** Name in the demo's folder. */
  readonly name: string;
  readonly text: string;
}

const GROUP = 'demo';
/** Areas that one agent reads. */
const AREAS_PER_AGENT = 50;

/** The configuration files of the demo: the same kind that a user writes, so that they can be tried and changed. */
export function demoFiles(areas: readonly Area[], ports: DemoPorts, seed: number): DemoFile[] {
  return [
    file('fleet.yaml', 'simulate', fleetConfig(areas, ports, seed)),
    file('server.yaml', 'server', serverConfig(ports)),
    ...agentAreas(areas).map((own, index) => file(agentFile(index), 'edge', edgeConfig(own, areas, ports, index))),
  ];
}

/** Files of the agents among `demoFiles`, in order. */
export function agentFiles(files: readonly DemoFile[]): string[] {
  return files.map(({ name }) => name).filter((name) => name.startsWith('edge-'));
}

function file(name: string, script: string, content: unknown): DemoFile {
  const head = `# Written anew by each start of the demo. By itself: npm run ${script} -- --config ${name}\n`;
  return { name, text: head + stringify(content, { lineWidth: 0 }) };
}

function agentFile(index: number): string {
  return `edge-${index + 1}.yaml`;
}

/** At least two agents, so that losing one can be seen beside one that goes on. */
function agentAreas(areas: readonly Area[]): Area[][] {
  const agents = Math.min(areas.length, Math.max(2, Math.ceil(areas.length / AREAS_PER_AGENT)));
  return Array.from({ length: agents }, (_, agent) => areas.filter((_area, index) => index % agents === agent));
}

function fleetConfig(areas: readonly Area[], ports: DemoPorts, seed: number) {
  return {
    seed,
    utcOffsetMinutes: 480,
    control: { listen: `127.0.0.1:${ports.control}` },
    gateways: areas.map((area, index) => ({ listen: `127.0.0.1:${ports.gateways[index]}`, devices: area.devices })),
    faults: demoFaults(areas),
  };
}

/** Something to see in the first minutes: one device falls silent and comes back, another answers garbage for a while. */
function demoFaults(areas: readonly Area[]) {
  const customers = areas.flatMap((area) => area.devices.filter(({ id }) => id.startsWith('M-')).map(({ id }) => id));
  return [
    ...customers.slice(2, 3).map((device) => ({ device, kind: 'silent', after: '60s', for: '10m' })),
    ...customers.slice(5, 6).map((device) => ({ device, kind: 'exception', after: '90s', for: '2m' })),
    ...customers.slice(8, 9).map((device) => ({ device, kind: 'garbage', after: '120s', for: '1m' })),
  ];
}

function serverConfig(ports: DemoPorts) {
  return {
    listen: `127.0.0.1:${ports.http}`,
    host: 'gridwarden',
    timeZone: 'Asia/Shanghai',
    broker: { embedded: { listen: `127.0.0.1:${ports.broker}` } },
    store: { duckdb: { path: 'telemetry' } },
    state: 'state.sqlite',
    simulated: true,
  };
}

/** How the simulated relays are wired. */
const RELAY_INPUTS = {
  temperature_1: 'temperature_oil_top',
  temperature_2: 'temperature_ambient',
  temperature_3: 'temperature_winding_a',
  temperature_4: 'temperature_winding_b',
  temperature_5: 'temperature_winding_c',
  temperature_6: 'temperature_core',
};

function edgeConfig(own: readonly Area[], all: readonly Area[], ports: DemoPorts, index: number) {
  const node = `agent-${index + 1}`;
  const devices = all.reduce((sum, area) => sum + area.devices.length, 0);
  const fast = devices <= 2000 ? '1s' : '5s';
  return {
    group: GROUP,
    node,
    primaryHost: 'gridwarden',
    broker: { urls: [`mqtt://127.0.0.1:${ports.broker}`] },
    outbox: { path: `${node}.sqlite`, maxBytes: '256MiB' },
    buses: own.map((area) => ({
      id: area.name,
      transport: 'tcp',
      host: '127.0.0.1',
      port: ports.gateways[all.indexOf(area)],
      devices: area.devices.map(({ id, model, unit, loadOf }) => ({
        id,
        model,
        unit,
        every: { fast, registers: '1m' },
        ...(loadOf === undefined ? {} : { inputs: RELAY_INPUTS }),
      })),
    })),
  };
}
