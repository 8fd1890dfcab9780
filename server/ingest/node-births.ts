import { dataTypeName } from '../../edge/protocol/datatypes.ts';
import { DELIVERY, NODE_CONTROL, parseOpenEpochs } from '../../edge/protocol/delivery.ts';
import { has, integerOf, type Payload } from '../../edge/protocol/payload.ts';
import { type Binding, BindingTable, ROLE } from './bindings.ts';
import { bdSeqOf, MAX_ID_LENGTH, MAX_NAME_LENGTH, numberMetric, textMetric } from './birth-metrics.ts';
import type { IngestContext } from './context.ts';
import { plainValueOf, ValueReader, wireOf } from './metric-value.ts';
import type { WireMetric } from './payload-walker.ts';
import { type CommandChannel, NodeSession } from './sessions.ts';

/** Devices that a node does not bring to birth again within this time after its own birth are gone. */
const BIRTH_GRACE_MS = 10_000;

/** Births of nodes: a new session begins, with new aliases and an epoch; its devices have to be born again. */
export class NodeBirths {
  readonly #context: IngestContext;
  readonly #reader = new ValueReader();

  constructor(context: IngestContext) {
    this.#context = context;
  }

  /** A node's birth. Undefined when there are too many nodes. */
  nodeBirth(
    group: string,
    name: string,
    topic: string,
    payload: Payload,
    channel: CommandChannel,
  ): NodeSession | undefined {
    const { registry, gridClock, rebirths, directory } = this.#context;
    const node = this.#nodeFor(group, name, topic, channel);
    if (!node) return undefined;
    const nowMs = gridClock.nowMs();
    const metrics = payload.metrics.map(wireOf);
    this.#checkNodeBirth(topic, payload, metrics);
    node.cancelTimers();
    node.channel = channel;
    node.isBorn = true;
    node.sequence.begin(has(payload, 'seq') ? integerOf(payload.seq) : 0);
    node.agent.bdSeq = bdSeqOf(metrics);
    registry.setAgentPresence(node.agent, 'online', nowMs);
    node.agent.lastSeenMs = nowMs;
    this.#bindNodeMetrics(node, topic, payload, metrics);
    this.#beginDelivery(node, topic, metrics);
    rebirths.born(node.id);
    directory.noteAgent(node.agent);
    this.#awaitDevices(node);
    return node;
  }

  #nodeFor(group: string, name: string, topic: string, channel: CommandChannel): NodeSession | undefined {
    const { registry, limits, problems } = this.#context;
    const known = registry.node(`${group}/${name}`);
    if (known) return known;
    if (registry.nodeCount >= limits.maxNodes || group.length > MAX_ID_LENGTH || name.length > MAX_ID_LENGTH) {
      problems.note('limit', topic, `more than ${limits.maxNodes} nodes, or an id longer than ${MAX_ID_LENGTH}`);
      return undefined;
    }
    const node = new NodeSession(registry.agentState(group, name), channel, limits.maxReorder);
    registry.addNode(node);
    return node;
  }

  #checkNodeBirth(topic: string, payload: Payload, metrics: readonly WireMetric[]): void {
    const missing: string[] = [];
    if (!has(payload, 'seq') || integerOf(payload.seq) !== 0) missing.push('seq is not 0');
    if (bdSeqOf(metrics) === undefined) missing.push('no bdSeq');
    if (missing.length > 0) this.#context.problems.note('birth_incomplete', topic, missing.join(', '));
  }

  #bindNodeMetrics(node: NodeSession, topic: string, payload: Payload, metrics: readonly WireMetric[]): void {
    const table = new BindingTable();
    node.agent.metrics.clear();
    for (const metric of metrics.slice(0, this.#context.limits.maxMetricsPerDevice)) {
      const { name } = metric;
      if (name === undefined || name.length > MAX_NAME_LENGTH) {
        this.#context.problems.note('birth_incomplete', topic, 'a metric without a name, or with one too long');
        continue;
      }
      const binding = {
        name,
        role: ROLE.none,
        dataType: metric.dataType,
        slot: -1,
        series: -1,
        pollClass: 'fast',
      } as const;
      if (!table.add(binding, metric.alias))
        this.#context.problems.note('birth_incomplete', topic, `the alias of ${name} stands for another metric, too`);
      this.setNodeMetric(node, binding, metric, has(payload, 'timestamp') ? integerOf(payload.timestamp) : Number.NaN);
    }
    table.seal();
    node.bindings = table;
  }

  /** A value of a node's own metric; the protocol's own are not shown. */
  setNodeMetric(node: NodeSession, binding: Binding, metric: WireMetric, payloadMs: number): void {
    const { name, dataType } = binding;
    if (name === NODE_CONTROL.bdSeq || name.startsWith('Node Control/') || name.startsWith('Delivery/')) return;
    const timeMs = Number.isNaN(metric.timeMs) ? payloadMs : metric.timeMs;
    const value = plainValueOf(metric, dataType, this.#reader);
    const known = node.agent.metrics.get(name);
    if (known) {
      known.value = value;
      known.timeMs = timeMs;
      known.stale = false;
      return;
    }
    node.agent.metrics.set(name, { name, dataType: dataTypeName(dataType) ?? 'Unknown', value, timeMs, stale: false });
  }

  #beginDelivery(node: NodeSession, topic: string, metrics: readonly WireMetric[]): void {
    const { ledger, acks, problems } = this.#context;
    const epoch = textMetric(metrics, DELIVERY.epoch);
    if (epoch === undefined || epoch === '' || epoch.length > MAX_ID_LENGTH) {
      node.stream = undefined;
      node.agent.epoch = undefined;
      return;
    }
    const openText = textMetric(metrics, DELIVERY.openEpochs);
    const open = openText === undefined ? undefined : parseOpenEpochs(openText);
    if (openText !== undefined && !open) problems.note('delivery', topic, `${DELIVERY.openEpochs} cannot be read`);
    node.agent.epoch = epoch;
    const streams = ledger.birth(node.id, epoch, numberMetric(metrics, DELIVERY.first), open);
    node.stream = ledger.known(node.id, epoch);
    const last = numberMetric(metrics, DELIVERY.last);
    if (last !== undefined) node.stream?.received.knownUpTo(last);
    for (const stream of streams) acks.request(stream);
    acks.flush(node.id);
  }

  /** The devices of the former session are heard again when they are born; those that are not in time are gone. */
  #awaitDevices(node: NodeSession): void {
    for (const device of node.devices.values()) device.isBorn = false;
    const { processClock, registry, gridClock } = this.#context;
    node.birthTimer = processClock.setTimer(BIRTH_GRACE_MS, () => {
      node.birthTimer = undefined;
      for (const device of node.devices.values()) {
        if (!device.isBorn) registry.deviceGone(device, 'offline', gridClock.nowMs());
      }
    });
  }
}
