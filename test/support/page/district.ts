import type { GridClock } from '../../../edge/platform/clock.ts';
import type { DeviceKind } from '../../../edge/protocol/delivery.ts';
import { GOOD, type Quality, qualityCode } from '../../../edge/protocol/quality.ts';
import type { Backfill } from '../../../server/ingest/host.ts';
import type { Presence } from '../../../server/live/live-state.ts';
import { FakeHost } from '../fake-host.ts';
import { valueAt } from './shapes.ts';
import type { SyntheticStore } from './synthetic-store.ts';

interface Model {
  readonly model: string;
  readonly kind: DeviceKind;
  readonly metrics: readonly string[];
}

const phases = (name: string) => ['a', 'b', 'c'].map((phase) => `${name}_${phase}`);
const METER: Model = {
  model: 'eastron/sdm630',
  kind: 'meter',
  metrics: [
    'active_power',
    ...phases('active_power'),
    'reactive_power',
    'apparent_power',
    'power_factor',
    ...phases('voltage'),
    ...phases('current'),
    'current_n',
    'frequency',
    'energy_import',
    'energy_export',
    'reactive_energy_import',
    'demand_active',
    'demand_active_max',
  ],
};
const SMALL_METER: Model = {
  model: 'eastron/sdm120',
  kind: 'meter',
  metrics: ['active_power', 'power_factor', 'voltage_a', 'current_a', 'frequency', 'energy_import', 'energy_export'],
};
const SENSOR: Model = {
  model: 'ziehl/tr1200',
  kind: 'transformer',
  metrics: [1, 2, 3, 4, 5, 6].map((input) => `temperature_${input}`),
};

export interface DistrictSize {
  readonly devices: number;
  readonly agents: number;
  /** Metrics of each device that are set a second; all without it. */
  readonly pointsPerDevice?: number;
}

/** A district whose devices read themselves once a second, and fall silent when told. */
export class District {
  readonly host = new FakeHost();
  readonly #store: SyntheticStore;
  readonly #clock: GridClock;
  readonly #silent = new Map<string, Quality>();
  readonly #lostAgents = new Set<string>();
  readonly #pointsPerDevice: number;
  readonly #backfillListeners = new Set<(backfill: Backfill) => void>();

  constructor(store: SyntheticStore, clock: GridClock, size: DistrictSize) {
    this.#store = store;
    this.#clock = clock;
    this.#pointsPerDevice = size.pointsPerDevice ?? Number.POSITIVE_INFINITY;
    const agents = Array.from({ length: size.agents }, (_, i) => `east/agent-${i + 1}`);
    for (const agent of agents) this.#addAgent(agent);
    for (let i = 0; i < size.devices; i += 1)
      this.#addDevice(i, agents[Math.floor((i * agents.length) / size.devices)] ?? '');
    this.read();
  }

  /** One second passes: every device that answers has new values. */
  read(): void {
    const timeMs = this.#clock.nowMs();
    this.host.storedUntil = timeMs;
    for (const agent of this.host.state.agents.values()) if (!this.#lostAgents.has(agent.id)) agent.lastSeenMs = timeMs;
    for (const device of this.host.state.devices.values()) {
      if (this.#silent.has(device.id) || this.#lostAgents.has(device.agent)) continue;
      device.lastReadingMs = timeMs;
      for (const index of device.slots.slice(0, this.#pointsPerDevice)) {
        const metric = this.host.state.slots[index]?.metric ?? '';
        this.host.state.set(index, valueAt(device.id, metric, timeMs), GOOD, timeMs);
      }
    }
  }

  /** The device does not answer any more: its values are missing with their reason; then it does again. */
  silence(id: string, quality: Quality | undefined): void {
    if (quality === undefined) this.#silent.delete(id);
    else this.#silent.set(id, quality);
    const device = this.host.state.devices.get(id);
    if (!device || quality === undefined) return;
    for (const index of device.slots) this.host.state.set(index, Number.NaN, qualityCode(quality), this.#clock.nowMs());
  }

  /** Its values stay, old. */
  setDevicePresence(id: string, presence: Presence): void {
    const device = this.host.state.devices.get(id);
    if (!device) return;
    device.presence = presence;
    device.sinceMs = this.#clock.nowMs();
    if (presence !== 'online') this.#silent.set(id, 'disconnected');
    else this.#silent.delete(id);
    for (const index of device.slots) this.host.state.setStale(index, presence !== 'online');
  }

  /** The agent and all of its devices are lost, or back. */
  setAgentPresence(id: string, presence: Presence): void {
    const agent = this.host.state.agents.get(id);
    if (!agent) return;
    agent.presence = presence;
    agent.sinceMs = this.#clock.nowMs();
    if (presence === 'online') this.#lostAgents.delete(id);
    else this.#lostAgents.add(id);
    for (const device of agent.devices) this.setDevicePresence(device, presence === 'online' ? 'online' : 'stale');
  }

  onBackfill(listener: (backfill: Backfill) => void): () => void {
    this.#backfillListeners.add(listener);
    return () => this.#backfillListeners.delete(listener);
  }

  /** What was missing of a device is stored now. */
  backfill(device: string, fromMs: number, toMs: number): void {
    this.#store.gaps.splice(0, this.#store.gaps.length, ...this.#store.gaps.filter((gap) => gap.device !== device));
    for (const listener of this.#backfillListeners) listener({ device, fromMs, toMs });
  }

  #addAgent(id: string): void {
    this.host.addAgent(id);
    const timeMs = this.#clock.nowMs();
    const agent = this.host.state.agents.get(id);
    if (agent) {
      agent.sinceMs = timeMs - 7_200_000;
      for (const [name, value] of [
        ['Uptime', 7200],
        ['Outbox/Records', 12],
        ['Cycle/p99 ms', 41.5],
      ] as const)
        agent.metrics.set(name, { name, dataType: 'Double', value, timeMs, stale: false });
    }
    this.host.deliveries.set(id, {
      taken: 1_204_512,
      stored: 1_204_488,
      waiting: 24,
      explained: 0,
      rejectedValues: 0,
      unprotected: 0,
      asOfMs: timeMs,
      epochs: [{ epoch: '7f3a91c2', lastN: 1_204_512, stored: [[1, 1_204_488]] }],
    });
  }

  #addDevice(i: number, agent: string): void {
    const number = String(i + 1).padStart(5, '0');
    const { model, kind, metrics } = i % 25 === 0 ? SENSOR : i % 4 === 1 ? METER : SMALL_METER;
    const id = kind === 'transformer' ? `T-${number}` : `M-${number}`;
    this.host.addDevice(this.#store, id, metrics, { agent, model, kind, serial: `SN${40_000_000 + i}` });
    const device = this.host.state.devices.get(id);
    if (device) device.sinceMs = this.#clock.nowMs() - 7_000_000;
  }
}
