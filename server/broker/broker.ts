import type { BrokerClientConfig } from '../../edge/platform/common-config.ts';
import type { Logger } from '../../edge/platform/log.ts';
import type { Metrics } from '../../edge/platform/metrics.ts';
import type { Service } from '../../edge/platform/process.ts';
import type { HostPort } from '../../edge/platform/units.ts';
import type { RefusalLog } from './refusals.ts';

/** Why the broker turned a client or a packet away. */
export const REFUSALS = [
  /** Unknown name, wrong secret, or no credentials where they are needed. */
  'credentials',
  /** The will may not be published by this identity. */
  'will',
  /** The topic may not be published by this identity. */
  'publish',
  /** The topic filter may not be read by this identity. */
  'subscribe',
  /** `$share/…`, which the broker does not serve. */
  'shared_subscription',
  'too_many_connections',
  'too_many_subscriptions',
  'too_many_retained',
  'packet_too_large',
  /** The client does not read what it asked for. */
  'slow_reader',
  'malformed',
] as const;
export type Refusal = (typeof REFUSALS)[number];

/** Takes a message that the broker would send to the server's own host application. */
export type DirectReceiver = (topic: string, payload: Buffer, isRetained: boolean) => void;

/** How the server's own host application reaches the broker. */
export interface HostClient extends BrokerClientConfig {
  /**
   * From now on the messages of the host's subscriptions are handed to `receiver`, in order and within the process, and
   * only its own STATE comes by its connection. Over the connection each would be written, read and parsed once more:
   * a quarter of what the server spends on a message (measured).
   */
  direct(receiver: DirectReceiver): void;
}

/** The MQTT broker inside the server. */
export interface EmbeddedBroker extends Service {
  /** Where it listens; the port is the real one when 0 was configured. */
  readonly address: HostPort;
  /** Addresses, and the secret that makes the host application of this server the host. */
  readonly hostClient: HostClient;
  connections(): number;
}

export interface BrokerDeps {
  /** The server's own Sparkplug host id: nobody else may speak as it. */
  readonly hostId: string;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Made once by whoever tries to start more than once: a process has one such counter. */
  readonly refusals?: RefusalLog;
}
