import { stringify } from 'yaml';
import { agentConfig } from '../live/edge-config.ts';
import type { PlacedDevice } from '../live/placement.ts';

export interface DemoPorts {
  readonly http: number;
  readonly broker: number;
  readonly control: number;
  /** Of the first gateway; the others follow it. */
  readonly gateways: number;
}

export interface DemoFile {
  /** Name in the demo's folder. */
  readonly name: string;
  readonly text: string;
}

const GROUP = 'demo';

/** File of the server's state in the demo's folder. */
export const SERVER_STATE = 'state.sqlite';

/** Gateways that one agent reads. */
const GATEWAYS_PER_AGENT = 50;
/** More devices than this are read every 5 s, not every second. */
const MOST_EACH_SECOND = 2000;

/** The configuration files of the demo: the same kind that a user writes, so that they can be tried and changed. */
export function demoFiles(devices: readonly PlacedDevice[], ports: DemoPorts): DemoFile[] {
  const gateways = (devices.at(-1)?.gateway ?? 0) + 1;
  // At least two agents, so that losing one can be seen beside one that goes on.
  const agents = Math.min(gateways, Math.max(2, Math.ceil(gateways / GATEWAYS_PER_AGENT)));
  const fast = devices.length <= MOST_EACH_SECOND ? '1s' : '5s';
  return [
    file('server.yaml', 'server', serverConfig(ports)),
    ...Array.from({ length: agents }, (_, agent) => {
      const own = devices.filter(({ gateway }) => gateway % agents === agent);
      return file(`edge-${agent + 1}.yaml`, 'edge', edgeConfig(own, ports, agent, fast));
    }),
  ];
}

/** Files of the agents among `demoFiles`, in order. */
export function agentFiles(files: readonly DemoFile[]): string[] {
  return files.map(({ name }) => name).filter((name) => name.startsWith('edge-'));
}

function file(name: string, script: string, content: unknown): DemoFile {
  const head = `# Written anew by each start of the demo. By itself: npm run ${script} -- --config ${name}\n`;
  return { name, text: head + stringify(content, { lineWidth: 0, aliasDuplicateObjects: false }) };
}

function serverConfig(ports: DemoPorts) {
  return {
    listen: `127.0.0.1:${ports.http}`,
    host: 'gridwarden',
    timeZone: 'Asia/Shanghai',
    broker: { embedded: { listen: `127.0.0.1:${ports.broker}` } },
    store: { duckdb: { path: 'telemetry' } },
    state: SERVER_STATE,
    simulated: true,
  };
}

function edgeConfig(own: readonly PlacedDevice[], ports: DemoPorts, agent: number, fast: string) {
  const settings = {
    group: GROUP,
    node: `agent-${agent + 1}`,
    primaryHost: 'gridwarden',
    brokerUrl: `mqtt://127.0.0.1:${ports.broker}`,
    host: '127.0.0.1',
    every: { fast, registers: '1m' },
  };
  return agentConfig(
    settings,
    own.map((device) => ({ ...device, port: ports.gateways + device.gateway })),
  );
}
