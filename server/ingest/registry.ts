import type { AgentState, DeviceState, LiveState, Presence } from '../live/live-state.ts';
import type { DeviceSession, NewestTimes, NodeSession } from './sessions.ts';

/**
 * Who is there: nodes and devices by name, which node owns which device id, and their presence in the live state. Every
 * change of presence goes through here, so that a value never looks fresh while its device is gone.
 */
export class Registry {
  readonly #state: LiveState;
  readonly #nodes = new Map<string, NodeSession>();
  readonly #owners = new Map<string, DeviceSession>();
  /** Nodes that claimed a device id which another one owned, by id. */
  readonly #claims = new Map<string, Set<NodeSession>>();
  readonly #newest = new Map<string, NewestTimes>();

  constructor(state: LiveState) {
    this.#state = state;
  }

  get nodeCount(): number {
    return this.#nodes.size;
  }

  nodes(): IterableIterator<NodeSession> {
    return this.#nodes.values();
  }

  node(id: string): NodeSession | undefined {
    return this.#nodes.get(id);
  }

  addNode(node: NodeSession): void {
    this.#nodes.set(node.id, node);
  }

  /** The device that data for this id are taken from. */
  owner(id: string): DeviceSession | undefined {
    return this.#owners.get(id);
  }

  newestTimes(id: string): NewestTimes {
    const known = this.#newest.get(id);
    if (known) return known;
    const times = { fast: Number.NEGATIVE_INFINITY, registers: Number.NEGATIVE_INFINITY };
    this.#newest.set(id, times);
    return times;
  }

  agentState(group: string, node: string): AgentState {
    const id = `${group}/${node}`;
    const known = this.#state.agents.get(id);
    if (known) return known;
    const agent: AgentState = {
      id,
      group,
      node,
      presence: 'offline',
      sinceMs: 0,
      lastSeenMs: 0,
      bdSeq: undefined,
      epoch: undefined,
      metrics: new Map(),
      devices: new Set(),
    };
    this.#state.agents.set(id, agent);
    return agent;
  }

  deviceState(id: string, agent: string): DeviceState {
    const known = this.#state.devices.get(id);
    if (known) return known;
    const device: DeviceState = {
      id,
      agent,
      model: undefined,
      kind: 'device',
      serial: undefined,
      presence: 'offline',
      sinceMs: 0,
      lastReadingMs: undefined,
      slots: [],
    };
    this.#state.devices.set(id, device);
    return device;
  }

  /** A device id is unique; the second node that claims one while the first is there is set aside. */
  claim(device: DeviceSession): boolean {
    const owner = this.#owners.get(device.id);
    if (owner && owner.node !== device.node && owner.isBorn && owner.node.isBorn) {
      const claimants = this.#claims.get(device.id) ?? new Set();
      this.#claims.set(device.id, claimants.add(device.node));
      device.isSetAside = true;
      return false;
    }
    this.#owners.set(device.id, device);
    this.#claims.get(device.id)?.delete(device.node);
    device.isSetAside = false;
    const before = this.#state.agents.get(device.state.agent);
    if (before && before !== device.node.agent) before.devices.delete(device.id);
    device.state.agent = device.node.id;
    device.node.agent.devices.add(device.id);
    return true;
  }

  /** Nodes that may own a device now that its owner is gone. */
  claimants(deviceId: string): NodeSession[] {
    return [...(this.#claims.get(deviceId) ?? [])];
  }

  setAgentPresence(agent: AgentState, presence: Presence, sinceMs: number): void {
    if (agent.presence === presence) return;
    agent.presence = presence;
    agent.sinceMs = sinceMs;
  }

  setDevicePresence(device: DeviceState, presence: Presence, sinceMs: number): void {
    if (device.presence === presence) return;
    device.presence = presence;
    device.sinceMs = sinceMs;
  }

  /** The device is gone (its death, its node's death) or no longer heard: its values are stale from now on. */
  deviceGone(device: DeviceSession, presence: 'offline' | 'stale', sinceMs: number): void {
    device.isBorn = false;
    if (device.isSetAside || this.#owners.get(device.id) !== device) return;
    this.setDevicePresence(device.state, presence, sinceMs);
    for (const slot of device.state.slots) this.#state.setStale(slot, true);
  }

  /** The node is gone, and with it its devices and its own metrics. */
  nodeGone(node: NodeSession, presence: 'offline' | 'stale', sinceMs: number): void {
    node.isBorn = false;
    node.cancelTimers();
    this.setAgentPresence(node.agent, presence, sinceMs);
    for (const metric of node.agent.metrics.values()) metric.stale = true;
    for (const device of node.devices.values()) this.deviceGone(device, presence, sinceMs);
  }
}
