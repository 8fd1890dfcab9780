import { messageOf } from '../../edge/platform/errors.ts';
import { decodePayload, type Payload } from '../../edge/protocol/payload.ts';
import { parseHostState } from '../../edge/protocol/state.ts';
import { type NodeTopic, parseTopic, stateTopic } from '../../edge/protocol/topics.ts';
import type { IngestContext } from './context.ts';
import { Deaths } from './deaths.ts';
import { DeviceBirths } from './device-births.ts';
import { ForeignValues } from './foreign-values.ts';
import { NodeBirths } from './node-births.ts';
import { NodeData } from './node-data.ts';
import { PayloadWalker, type WireMetric } from './payload-walker.ts';
import { RecordReader } from './record-reader.ts';
import type { CommandChannel, DeviceSession, NodeSession, WaitingMessage } from './sessions.ts';

/** What is known of a topic: its parts, and its node once that was born. */
interface Route extends NodeTopic {
  session: NodeSession | undefined;
}

const STATE_PREFIX = stateTopic('');

/** Topics whose parts are remembered; there are about as many as devices. */
const MAX_REMEMBERED_TOPICS = 250_000;

export interface InboxSettings {
  readonly reorderTimeoutMs: number;
}

/**
 * Takes every message that the brokers deliver: sorts it by topic, puts the messages of each node in order, and hands
 * them to births, deaths and data. Nothing that arrives here makes it throw.
 */
export class Inbox {
  readonly #settings: InboxSettings;
  readonly #context: IngestContext;
  readonly #topics = new Map<string, Route>();
  readonly #walker = new PayloadWalker();
  readonly #nodeBirths: NodeBirths;
  readonly #deviceBirths: DeviceBirths;
  readonly #deaths: Deaths;
  readonly #foreign: ForeignValues;
  readonly #records: RecordReader;
  readonly #nodeData: NodeData;

  constructor(settings: InboxSettings, context: IngestContext) {
    this.#settings = settings;
    this.#context = context;
    this.#foreign = new ForeignValues(context);
    this.#nodeBirths = new NodeBirths(context);
    this.#deviceBirths = new DeviceBirths(context, this.#foreign);
    this.#deaths = new Deaths(context);
    this.#records = new RecordReader(context, this.#walker);
    this.#nodeData = new NodeData(context, this.#nodeBirths, this.#walker);
  }

  /** @param isRetained the broker had kept the message: nobody says it now */
  receive(channel: CommandChannel, topic: string, payload: Buffer, isRetained: boolean): void {
    try {
      if (isRetained && !topic.startsWith(STATE_PREFIX)) {
        // Sparkplug retains STATE only. An old birth that a broker repeats would bring a dead node to life.
        this.#setAside('retained', topic, 'a retained message', payload);
        return;
      }
      this.#receive(channel, topic, payload);
    } catch (error) {
      // A mistake of ours in the face of input that nobody thought of: it must not take the other nodes with it.
      this.#context.logger.error({ topic, error }, 'a message could not be handled');
      this.#setAside('payload', topic, `not handled: ${messageOf(error)}`, payload);
    }
  }

  #receive(channel: CommandChannel, topic: string, payload: Buffer): void {
    const { limits } = this.#context;
    const parts = this.#topics.get(topic) ?? this.#parse(topic, payload);
    if (!parts) return;
    this.#context.metrics.messages.get(parts.type)?.inc();
    if (payload.length > limits.maxPayloadBytes) {
      this.#setAside(
        'payload_too_large',
        topic,
        `${payload.length} bytes, ${limits.maxPayloadBytes} are taken`,
        payload,
      );
      return;
    }
    if (parts.type === 'NCMD' || parts.type === 'DCMD') return;
    if (parts.type === 'NBIRTH') this.#nodeBirth(channel, parts, topic, payload);
    else if (parts.type === 'NDEATH') this.#nodeDeath(parts, topic, payload);
    else this.#inOrder(channel, parts, topic, payload);
  }

  #parse(topic: string, payload: Buffer): Route | undefined {
    const parts = parseTopic(topic);
    if (!parts) {
      this.#setAside('topic', topic, 'not a topic of Sparkplug', payload);
      return undefined;
    }
    if (parts.type === 'STATE') {
      this.#context.metrics.messages.get('STATE')?.inc();
      const isState = payload.length <= 1000 && parseHostState(payload.toString('utf8'));
      if (!isState) this.#setAside('state', topic, 'not a STATE message of Sparkplug 3', payload);
      return undefined;
    }
    if (this.#topics.size >= MAX_REMEMBERED_TOPICS) this.#topics.clear();
    const route: Route = { ...parts, session: undefined };
    this.#topics.set(topic, route);
    return route;
  }

  #nodeBirth(channel: CommandChannel, { group, node: name }: NodeTopic, topic: string, bytes: Buffer): void {
    const payload = this.#decode(topic, bytes);
    if (!payload) return;
    const former = this.#context.registry.node(`${group}/${name}`);
    if (former) this.#handleWaiting(former);
    this.#nodeBirths.nodeBirth(group, name, topic, payload, channel);
  }

  #nodeDeath({ group, node: name }: NodeTopic, topic: string, bytes: Buffer): void {
    const payload = this.#decode(topic, bytes);
    if (!payload) return;
    const node = this.#context.registry.node(`${group}/${name}`);
    if (!node) return;
    this.#handleWaiting(node);
    this.#deaths.nodeDeath(node, topic, payload);
  }

  #inOrder(channel: CommandChannel, parts: Route, topic: string, payload: Buffer): void {
    parts.session ??= this.#context.registry.node(`${parts.group}/${parts.node}`);
    const node = parts.session;
    if (!node?.isBorn) {
      this.#unborn(parts.group, parts.node, channel, topic, 'the node was not born', payload);
      return;
    }
    // A node walks from broker to broker; what another one still delivers of it is of its former session there.
    if (node.channel !== channel) {
      this.#context.problems.note('other_broker', topic, `born at ${node.channel.url}, heard by ${channel.url}`);
      return;
    }
    node.agent.lastSeenMs = this.#context.gridClock.nowMs();
    const seq = this.#sequenceOf(topic, payload);
    if (seq === undefined) return;
    const { timeMs } = this.#walker.header;
    const message: WaitingMessage = { type: parts.type, topic, device: parts.device, payload, timeMs };
    if (Number.isNaN(seq)) {
      this.#context.problems.note('sequence_missing', topic, 'no sequence number');
      this.#handle(node, message);
      return;
    }
    this.#place(node, seq, message);
  }

  #place(node: NodeSession, seq: number, message: WaitingMessage): void {
    const placement = node.sequence.offer(seq, message);
    if (placement === 'next') {
      this.#handle(node, message);
      if (node.sequence.waiting > 0) this.#handleReady(node);
    } else if (placement === 'waiting') {
      node.reorderTimer ??= this.#context.processClock.setTimer(this.#settings.reorderTimeoutMs, () =>
        this.#giveUp(node),
      );
    } else if (placement === 'duplicate') {
      this.#duplicate(node, message);
    } else {
      this.#giveUp(node);
      node.sequence.jumpTo(seq);
      this.#handle(node, message);
    }
  }

  #handleReady(node: NodeSession): void {
    for (let ready = node.sequence.takeReady(); ready; ready = node.sequence.takeReady()) this.#handle(node, ready);
    if (node.sequence.waiting > 0) return;
    node.reorderTimer?.cancel();
    node.reorderTimer = undefined;
  }

  /** A message seen before, or one that came after it was given up. Data are told apart by their records and times. */
  #duplicate(node: NodeSession, message: WaitingMessage): void {
    this.#context.problems.note('sequence_duplicate', message.topic, 'this sequence number was handled before');
    if (message.type === 'DDATA') this.#handle(node, message);
  }

  /** What is missing will not come: the node is asked for its birth, and what waited is handled as it is. */
  #giveUp(node: NodeSession): void {
    node.reorderTimer?.cancel();
    node.reorderTimer = undefined;
    this.#context.problems.note('gap', node.id, 'messages are missing');
    this.#context.rebirths.request(node.group, node.name, node.channel);
    this.#handleWaiting(node);
  }

  #handleWaiting(node: NodeSession): void {
    if (node.sequence.waiting === 0) return;
    for (const message of node.sequence.giveUp()) this.#handle(node, message);
  }

  #handle(node: NodeSession, message: WaitingMessage): void {
    const { type, topic, device, payload } = message;
    if (type === 'DDATA') this.#deviceData(node, device ?? '', message);
    else if (type === 'NDATA') this.#readNodeData(node, message);
    else if (type === 'DBIRTH') this.#deviceBirth(node, device ?? '', message);
    else if (type === 'DDEATH') {
      const decoded = this.#decode(topic, payload);
      if (decoded) this.#deaths.deviceDeath(node, device ?? '', topic, decoded);
    }
  }

  #deviceBirth(node: NodeSession, name: string, { topic, payload, timeMs }: WaitingMessage): void {
    let metrics: WireMetric[];
    try {
      metrics = this.#walker.metricsOf(payload);
    } catch (error) {
      this.#setAside('payload', topic, messageOf(error), payload);
      return;
    }
    this.#deviceBirths.deviceBirth(node, name, topic, metrics, timeMs);
  }

  #deviceData(node: NodeSession, name: string, message: WaitingMessage): void {
    const { topic, payload, timeMs } = message;
    const device = node.devices.get(name);
    if (!device?.isBorn) {
      this.#unborn(node.group, node.name, node.channel, topic, 'the device was not born', payload);
      return;
    }
    if (device.isSetAside) {
      this.#context.problems.note(
        'claimed_twice',
        topic,
        `${device.id} belongs to another node; this one is set aside`,
      );
      return;
    }
    try {
      if (device.stream) this.#records.read(device, payload, timeMs);
      else this.#readForeign(device, payload, timeMs);
    } catch (error) {
      this.#setAside('payload', topic, messageOf(error), payload);
      return;
    }
    if (device.stream && this.#records.needsBirth) this.#askForBirth(node);
  }

  /** After a restart of the host every node is heard before its birth: one payload is kept for each request, not all. */
  #unborn(group: string, node: string, channel: CommandChannel, topic: string, reason: string, payload: Buffer): void {
    this.#context.problems.note('before_birth', topic, reason);
    if (!this.#context.rebirths.request(group, node, channel)) return;
    this.#context.quarantine.keep(this.#context.gridClock.nowMs(), topic, `before_birth: ${reason}`, payload);
  }

  #readForeign(device: DeviceSession, payload: Buffer, payloadMs: number): void {
    const { problems } = this.#context;
    let needsBirth = false;
    this.#foreign.begin(device, payloadMs);
    try {
      this.#walker.walk(payload, (metric) => {
        const binding = device.bindings.find(metric);
        if (binding) {
          if (binding.slot >= 0) this.#foreign.add(binding, metric);
          return;
        }
        needsBirth = true;
        const isAlias = metric.name === undefined;
        const what = isAlias ? `alias ${metric.alias}` : metric.name;
        problems.note(isAlias ? 'unknown_alias' : 'unknown_metric', device.topic, `${what} was not in the birth`);
      });
    } finally {
      this.#foreign.end();
    }
    if (needsBirth) this.#askForBirth(device.node);
  }

  #readNodeData(node: NodeSession, { topic, payload, timeMs }: WaitingMessage): void {
    try {
      if (this.#nodeData.read(node, topic, payload, timeMs)) this.#askForBirth(node);
    } catch (error) {
      this.#setAside('payload', topic, messageOf(error), payload);
    }
  }

  #askForBirth(node: NodeSession): void {
    this.#context.rebirths.request(node.group, node.name, node.channel);
  }

  /** NaN when the payload has none, undefined when it is no payload. */
  #sequenceOf(topic: string, payload: Buffer): number | undefined {
    try {
      const { seq } = this.#walker.readHeader(payload);
      return Number.isNaN(seq) ? seq : seq % 256;
    } catch (error) {
      this.#setAside('payload', topic, messageOf(error), payload);
      return undefined;
    }
  }

  #decode(topic: string, bytes: Buffer): Payload | undefined {
    const result = decodePayload(bytes);
    if ('payload' in result) return result.payload;
    this.#setAside('payload', topic, result.malformed, bytes);
    return undefined;
  }

  #setAside(
    kind: 'topic' | 'payload' | 'payload_too_large' | 'state' | 'retained',
    topic: string,
    reason: string,
    payload: Buffer,
  ): void {
    this.#context.problems.note(kind, topic, reason);
    this.#context.quarantine.keep(this.#context.gridClock.nowMs(), topic, `${kind}: ${reason}`, payload);
  }
}
