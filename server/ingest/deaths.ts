import { has, integerOf, type Payload } from '../../edge/protocol/payload.ts';
import { bdSeqOf } from './birth-metrics.ts';
import { type IngestContext, MAX_AHEAD_MS } from './context.ts';
import { wireOf } from './metric-value.ts';
import type { NodeSession } from './sessions.ts';

/** Deaths of nodes and devices: what they take with them is stale from then on. */
export class Deaths {
  readonly #context: IngestContext;

  constructor(context: IngestContext) {
    this.#context = context;
  }

  /**
   * A node's death. Wills arrive late: one whose bdSeq is not that of the last birth belongs to a session that is over
   * (specification 3.0.0, section 5.4). Its time is the host's, since a will carries that of the connect.
   */
  nodeDeath(node: NodeSession, topic: string, payload: Payload): void {
    const { registry, gridClock, problems, rebirths } = this.#context;
    const bdSeq = bdSeqOf(payload.metrics.map(wireOf));
    const bornWith = node.agent.bdSeq;
    if (bornWith !== undefined && bdSeq !== bornWith) {
      problems.note('stale_death', topic, `bdSeq ${bdSeq ?? 'missing'}, the last birth had ${bornWith}`);
      return;
    }
    registry.nodeGone(node, 'offline', gridClock.nowMs());
    rebirths.dead(node.id);
    for (const device of node.devices.values()) this.#offer(device.id);
  }

  /** A device's death, at the time that the node gives (tck-id-…-host-action-ddeath-devices-offline). */
  deviceDeath(node: NodeSession, name: string, topic: string, payload: Payload): void {
    const { registry, gridClock, problems } = this.#context;
    const device = node.devices.get(name);
    if (!device) {
      problems.note('before_birth', topic, 'death of a device that was not born');
      return;
    }
    const nowMs = gridClock.nowMs();
    const saidMs = has(payload, 'timestamp') ? integerOf(payload.timestamp) : nowMs;
    registry.deviceGone(device, 'offline', saidMs > nowMs + MAX_AHEAD_MS ? nowMs : saidMs);
    this.#offer(device.id);
  }

  /** Its owner is gone: a node that claimed the device before may have it now. */
  #offer(deviceId: string): void {
    for (const node of this.#context.registry.claimants(deviceId)) {
      if (node.isBorn) this.#context.rebirths.request(node.group, node.name, node.channel);
    }
  }
}
