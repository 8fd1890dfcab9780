import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { InfluxServer } from '../../parts/influx.ts';
import { freePort } from '../../parts/ports.ts';
import { type ReadAlong, TcpProxy } from '../../support/tcp-proxy.ts';
import { WireTap } from '../evidence/wire-tap.ts';
import { type BrokerSide, startBrokerSide } from './broker-side.ts';
import { edgeConfig, fleetConfig, serverConfig } from './configs.ts';
import type { InfluxGate } from './influx-gate.ts';
import { type EdgeLayout, edgesOf, LINK, type Pairing, type Size } from './layout.ts';
import { type Breakable, ManagedProcess } from './managed-process.ts';
import { SmallDisk } from './small-disk.ts';
import { type StoreSide, startStoreSide } from './store-side.ts';
import { findClockLibrary, SteppedClock } from './wall-clock.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const SMALL_DISK_MIB = 8;

export interface SystemSettings {
  readonly pairing: Pairing;
  readonly size: Size;
  /** Where everything goes: configuration, data, logs, the ledger. */
  readonly folder: string;
  /** A module that is loaded into a process before it starts; to break it on purpose. */
  readonly preload?: Preload;
}

export interface Preload {
  /** Which process: the server, or every edge. */
  readonly into: 'server' | 'edges';
  readonly module: string;
}

/** Everything in its own process, started from configuration files, with proxies on the links between. */
export class System {
  readonly settings: SystemSettings;
  readonly edges: readonly EdgeLayout[];
  readonly links = new Map<string, readonly TcpProxy[]>();
  readonly breakables = new Map<string, Breakable>();
  readonly clocks = new Map<string, SteppedClock>();
  readonly disks = new Map<string, SmallDisk>();
  /** What the edges send to the broker. */
  readonly wire = new WireTap();
  /** Faults that cannot be tried on this machine, each with its reason. */
  readonly untried: string[] = [];
  readonly #stack = new AsyncDisposableStack();
  readonly #processes = new Map<string, ManagedProcess>();
  readonly #gatewayPorts = new Map<string, number>();
  #broker: BrokerSide | undefined;
  #store: StoreSide | undefined;
  #httpPort = 0;
  #controlPort = 0;

  private constructor(settings: SystemSettings) {
    this.settings = settings;
    this.edges = edgesOf(settings.size);
  }

  /** Starts all of it; does not wait for anything to be ready. */
  static async start(settings: SystemSettings): Promise<System> {
    const system = new System(settings);
    try {
      await system.#start();
      return system;
    } catch (error) {
      await system.stop();
      throw error;
    }
  }

  get api(): string {
    return `http://127.0.0.1:${this.#httpPort}`;
  }

  /** The broker itself, past every link. */
  get brokerUrl(): string {
    return `mqtt://127.0.0.1:${this.#broker?.port ?? 0}`;
  }

  get controlUrl(): string {
    return `http://127.0.0.1:${this.#controlPort}`;
  }

  get ledgerFile(): string {
    return this.path('ledger.tsv');
  }

  get stateFile(): string {
    return this.path('state.sqlite');
  }

  get telemetryFolder(): string {
    return this.path('telemetry');
  }

  get rejectsFolder(): string {
    return this.#store?.rejectsFolder ?? this.path('rejects');
  }

  get influx(): InfluxServer | undefined {
    return this.#store?.influx;
  }

  get gate(): InfluxGate | undefined {
    return this.#store?.gate;
  }

  path(...parts: string[]): string {
    return join(this.settings.folder, ...parts);
  }

  outboxFile(edge: string): string {
    return join(this.disks.get(edge)?.folder ?? this.path(edge), 'outbox.sqlite');
  }

  process(name: string): ManagedProcess {
    const found = this.#processes.get(name);
    if (!found) throw new RangeError(`there is no process ${name}`);
    return found;
  }

  /** Everything that ends only when it is killed. */
  watched(): Map<string, { isRunning(): boolean }> {
    return new Map<string, { isRunning(): boolean }>([...this.#processes, ...this.breakables]);
  }

  /** The last lines that a process wrote; real parts write none. */
  lastLines(name: string): string {
    return this.#processes.get(name)?.lastLines() ?? '(it keeps no log here)';
  }

  /** Every connection passes again, and nobody answers in the place of another. */
  heal(): void {
    for (const proxy of [...this.links.values()].flat()) {
      proxy.hang(false);
      proxy.refuse(false);
    }
    if (this.gate) this.gate.mode = 'pass';
    for (const disk of this.disks.values()) disk.empty();
    for (const clock of this.clocks.values()) clock.step(0);
  }

  /** Ends the server in order, so that its files can be read. */
  async stopServer(): Promise<void> {
    await this.process('server').stop();
  }

  async stopEdges(): Promise<void> {
    await Promise.all(this.edges.map(({ name }) => this.process(name).stop()));
  }

  async stop(): Promise<void> {
    await this.#stack.disposeAsync();
  }

  async #start(): Promise<void> {
    const { pairing, folder } = this.settings;
    mkdirSync(folder, { recursive: true });
    await this.#startFleet();
    this.#broker = await startBrokerSide(pairing.broker, this.#stack);
    this.#store = await startStoreSide(pairing.store, folder, this.#stack);
    this.#httpPort = await freePort();
    await this.#startServer(this.#broker, this.#store);
    for (const edge of this.edges) await this.#startEdge(edge, this.#broker);
  }

  async #startFleet(): Promise<void> {
    this.#controlPort = await freePort();
    for (const { id } of this.edges.flatMap(({ buses }) => buses)) this.#gatewayPorts.set(id, await freePort());
    const ports = { control: this.#controlPort, gateways: this.#gatewayPorts };
    const config = this.#write('fleet.yaml', fleetConfig(this.edges, ports, this.ledgerFile));
    await this.#startProcess('simulate', [process.execPath, script('simulators/main.ts'), '--config', config]);
  }

  async #startServer(broker: BrokerSide, store: StoreSide): Promise<void> {
    const link = broker.external && (await this.#link(LINK.broker('server'), [broker.port]))[0];
    const brokerWorld = link ? { external: link.port } : { embedded: broker.port };
    const config = this.#write(
      'server.yaml',
      serverConfig({ http: this.#httpPort, broker: brokerWorld, store: store.place }, this.stateFile),
    );
    const command = [process.execPath, ...this.#preload('server'), script('server/main.ts'), '--config', config];
    const server = await this.#startProcess('server', command);
    this.breakables.set('server', server);
    if (broker.breakable) this.breakables.set('broker', broker.breakable);
    if (store.breakable) this.breakables.set('store', store.breakable);
    if (store.link) this.links.set(LINK.store, [store.link]);
  }

  async #startEdge(edge: EdgeLayout, broker: BrokerSide): Promise<void> {
    const { name, buses } = edge;
    mkdirSync(this.path(name), { recursive: true });
    const gateways = await this.#link(
      LINK.gateway(name),
      buses.map(({ id }) => this.#gatewayPorts.get(id) ?? 0),
    );
    const [toBroker] = await this.#link(LINK.broker(name), [broker.port], this.wire.readAlong(name));
    const isSmall = edge === this.edges[0] && this.settings.size.hasRoom !== true;
    const isLast = edge === this.edges.at(-1);
    if (isSmall) this.#mountDisk(name);
    const ports = {
      broker: toBroker?.port ?? 0,
      gateways: new Map(buses.map(({ id }, index) => [id, gateways[index]?.port ?? 0])),
    };
    const outbox = { path: this.outboxFile(name), maxBytes: isSmall ? '4MiB' : '256MiB' };
    const config = this.#write(`${name}.yaml`, edgeConfig(edge, this.settings.size, ports, outbox));
    const prefix = isLast ? this.#clockPrefix(name) : [];
    const node = [process.execPath, ...this.#preload('edges')];
    const command = [...prefix, ...node, script('edge/main.ts'), '--config', config];
    this.breakables.set(name, await this.#startProcess(name, command));
  }

  #preload(into: Preload['into']): string[] {
    const { preload } = this.settings;
    return preload?.into === into ? ['--import', preload.module] : [];
  }

  #mountDisk(edge: string): void {
    const mounted = SmallDisk.mount(this.path(edge, 'disk'), SMALL_DISK_MIB);
    if ('reason' in mounted) {
      this.untried.push(`disk full: ${mounted.reason}`);
      return;
    }
    this.#stack.defer(() => mounted.unmount());
    this.disks.set(edge, mounted);
  }

  #clockPrefix(edge: string): string[] {
    const found = findClockLibrary();
    if ('reason' in found) {
      this.untried.push(`clock stepped: ${found.reason}`);
      return [];
    }
    const clock = new SteppedClock(found.library, this.path(edge, 'clock'));
    this.clocks.set(edge, clock);
    return clock.commandPrefix();
  }

  async #link(name: string, targets: readonly number[], readAlong?: ReadAlong): Promise<TcpProxy[]> {
    const proxies = targets.map((port) => new TcpProxy(() => port, readAlong));
    for (const proxy of proxies) {
      await proxy.listen();
      this.#stack.defer(() => proxy.close());
    }
    this.links.set(name, proxies);
    return proxies;
  }

  #write(name: string, text: string): string {
    const file = this.path(name);
    writeFileSync(file, text);
    return file;
  }

  async #startProcess(name: string, command: readonly string[]): Promise<ManagedProcess> {
    const { folder } = this.settings;
    const managed = new ManagedProcess({ name, command, folder, logFile: this.path(`${name}.log`) });
    this.#processes.set(name, managed);
    this.#stack.defer(() => managed.kill());
    await managed.start();
    return managed;
  }
}

function script(path: string): string {
  return join(ROOT, path);
}
