import type { GridClock } from '../../edge/platform/clock.ts';
import { codeOf, GridwardenError } from '../../edge/platform/errors.ts';
import { didYouMean } from '../../edge/platform/names.ts';
import { DEVICE_CONTROL, type DeliveryAck, NODE_CONTROL } from '../../edge/protocol/delivery.ts';
import { nodeTopic } from '../../edge/protocol/topics.ts';
import type { BindingTable } from './bindings.ts';
import { ackMetric, type CommandValue, commandMetric, commandPayload } from './commands.ts';
import type { IngestMetrics } from './ingest-metrics.ts';
import { rebirthPayload } from './rebirth-requests.ts';
import type { Registry } from './registry.ts';
import type { CommandChannel, DeviceSession, NodeSession } from './sessions.ts';

/** A device that understands this is born again alone; for the others the node is asked. */
const DEVICE_REBIRTH = DEVICE_CONTROL.rebirth;

export interface CommandDeps {
  readonly registry: Registry;
  readonly gridClock: GridClock;
  readonly metrics: IngestMetrics;
}

/** Commands to nodes and devices: NCMD and DCMD, QoS 0, not retained, with a timestamp and without a sequence number. */
export class CommandSender {
  readonly #deps: CommandDeps;

  constructor(deps: CommandDeps) {
    this.#deps = deps;
  }

  askForBirth(target: { readonly group: string; readonly node: string; readonly channel: CommandChannel }): void {
    const nowMs = this.#deps.gridClock.nowMs();
    target.channel.publish(nodeTopic(target.group, 'NCMD', target.node), rebirthPayload(nowMs));
    this.#deps.metrics.rebirths.inc();
  }

  /** To a node that is not there an acknowledgement is not sent: its next birth brings another. */
  acknowledge(nodeId: string, ack: DeliveryAck): void {
    const node = this.#deps.registry.node(nodeId);
    if (!node?.isBorn || !node.channel.isOnline) return;
    const nowMs = this.#deps.gridClock.nowMs();
    const payload = commandPayload([ackMetric(node.bindings, ack, nowMs)], nowMs);
    try {
      node.channel.publish(nodeTopic(node.group, 'NCMD', node.name), payload);
      this.#deps.metrics.acknowledgements.inc();
    } catch (error) {
      if (codeOf(error) !== 'BROKER_UNREACHABLE') throw error;
    }
  }

  /** @throws GridwardenError NOT_FOUND, BROKER_UNREACHABLE */
  requestRebirth(agent: string, deviceId: string | undefined): void {
    const node = this.#nodeOf(agent);
    if (deviceId === undefined) {
      this.askForBirth({ group: node.group, node: node.name, channel: node.channel });
      return;
    }
    const device = deviceOf(node, deviceId);
    if (!device.bindings.byName(DEVICE_REBIRTH)) {
      this.askForBirth({ group: node.group, node: node.name, channel: node.channel });
      return;
    }
    this.#command(node, device, DEVICE_REBIRTH, true);
    this.#deps.metrics.rebirths.inc();
  }

  /** @throws GridwardenError NOT_FOUND, REQUEST_INVALID, BROKER_UNREACHABLE */
  writeMetric(agent: string, deviceId: string | undefined, metric: string, value: CommandValue): void {
    const node = this.#nodeOf(agent);
    if (metric === NODE_CONTROL.bdSeq) throw new GridwardenError('REQUEST_INVALID', `${metric} is not written`);
    this.#command(node, deviceId === undefined ? undefined : deviceOf(node, deviceId), metric, value);
  }

  #command(node: NodeSession, device: DeviceSession | undefined, metric: string, value: CommandValue): void {
    const table: BindingTable = device ? device.bindings : node.bindings;
    const binding = table.byName(metric);
    if (!binding) {
      const names = [...table.bindings()].map(({ name }) => name);
      throw new GridwardenError('NOT_FOUND', `The birth has no metric "${metric}"${didYouMean(metric, names)}`);
    }
    const nowMs = this.#deps.gridClock.nowMs();
    const payload = commandPayload([commandMetric(table, binding, value, nowMs)], nowMs);
    const topic = device
      ? nodeTopic(node.group, 'DCMD', node.name, device.name)
      : nodeTopic(node.group, 'NCMD', node.name);
    node.channel.publish(topic, payload);
  }

  #nodeOf(agent: string): NodeSession {
    const node = this.#deps.registry.node(agent);
    if (node) return node;
    const names = [...this.#deps.registry.nodes()].map(({ id }) => id);
    throw new GridwardenError('NOT_FOUND', `No agent "${agent}" was born${didYouMean(agent, names)}`);
  }
}

function deviceOf(node: NodeSession, deviceId: string): DeviceSession {
  for (const device of node.devices.values()) if (device.id === deviceId) return device;
  const names = [...node.devices.values()].map(({ id }) => id);
  throw new GridwardenError('NOT_FOUND', `Agent ${node.id} has no device "${deviceId}"${didYouMean(deviceId, names)}`);
}
