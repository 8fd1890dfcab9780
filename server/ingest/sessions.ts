import type { Timer } from '../../edge/platform/clock.ts';
import type { PollClass } from '../../edge/protocol/quantities.ts';
import type { MessageType } from '../../edge/protocol/topics.ts';
import type { AgentState, DeviceState } from '../live/live-state.ts';
import { BindingTable } from './bindings.ts';
import type { BirthShape } from './birth-shape.ts';
import type { LedgerStream } from './delivery-ledger.ts';
import type { RunClock } from './run-clock.ts';
import { SequenceWindow } from './sequence.ts';

/** A connection that commands go out by. */
export interface CommandChannel {
  readonly url: string;
  readonly isOnline: boolean;
  /** @throws GridwardenError BROKER_UNREACHABLE */
  publish(topic: string, payload: Uint8Array): void;
}

/** A message that waits for its turn. */
export interface WaitingMessage {
  readonly type: MessageType;
  readonly topic: string;
  readonly device: string | undefined;
  readonly payload: Buffer;
  /** Time of the payload; NaN without one. */
  readonly timeMs: number;
}

/** Newest live reading time of a device by poll class, in any run. */
export type NewestTimes = Record<PollClass, number>;

/** The clocks of a device in the epoch that was read last: found once, not for each record. */
export interface DeviceClocks {
  readonly stream: LedgerStream;
  fast: RunClock | undefined;
  registers: RunClock | undefined;
}

/** A device of a node, as its last birth described it. */
export class DeviceSession {
  readonly node: NodeSession;
  /** Its name in topics. */
  readonly name: string;
  /** Its id everywhere else: the same, or `node/device` for devices of foreign nodes. */
  readonly id: string;
  readonly topic: string;
  readonly state: DeviceState;
  readonly newest: NewestTimes;
  bindings = new BindingTable();
  /** Of the birth that they come from; undefined when the next one has to be looked at anew. */
  shape: BirthShape | undefined;
  values = 0;
  /** Born in the node's present session. */
  isBorn = false;
  /** Only here to deliver what waits; it stays offline. */
  isDraining = false;
  /** Another node owns its id. */
  isSetAside = false;
  /** Epoch of its live records; undefined for a foreign device. */
  stream: LedgerStream | undefined;
  clockGeneration = 0;
  /** The record that the values of its birth come from; it, and those before it, may follow the birth. */
  birthN = 0;
  clocks: DeviceClocks | undefined;

  constructor(node: NodeSession, name: string, id: string, state: DeviceState, newest: NewestTimes) {
    this.node = node;
    this.name = name;
    this.id = id;
    this.topic = `${node.id}/${name}`;
    this.state = state;
    this.newest = newest;
  }
}

/** An edge node's session: from its birth to its death. */
export class NodeSession {
  /** `group/node` */
  readonly id: string;
  readonly group: string;
  readonly name: string;
  readonly agent: AgentState;
  readonly sequence: SequenceWindow<WaitingMessage>;
  readonly devices = new Map<string, DeviceSession>();
  bindings = new BindingTable();
  /** The broker that its birth came by. */
  channel: CommandChannel;
  isBorn = false;
  /** Epoch of its live records; undefined for a foreign node. */
  stream: LedgerStream | undefined;
  reorderTimer: Timer | undefined;
  birthTimer: Timer | undefined;

  constructor(agent: AgentState, channel: CommandChannel, maxReorder: number) {
    this.id = agent.id;
    this.group = agent.group;
    this.name = agent.node;
    this.agent = agent;
    this.channel = channel;
    this.sequence = new SequenceWindow(maxReorder);
  }

  cancelTimers(): void {
    this.reorderTimer?.cancel();
    this.birthTimer?.cancel();
    this.reorderTimer = undefined;
    this.birthTimer = undefined;
  }
}
