import { timingSafeEqual } from 'node:crypto';
import type {
  Aedes,
  AedesOptions,
  AedesPublishPacket,
  Client,
  ConnectPacket,
  PublishPacket,
  Subscription,
} from 'aedes';
import { stateTopic } from '../../edge/protocol/topics.ts';
import type { DirectReceiver, Refusal } from './broker.ts';
import { type Identity, SecretChecker } from './identities.ts';
import type { RefusalLog } from './refusals.ts';
import { anonymousPrincipal, mayPublish, maySubscribe, type Principal } from './rules.ts';

/** STATE of a few hosts is all that Sparkplug retains. */
const MAX_RETAINED_TOPICS = 1000;
const MAX_SUBSCRIPTIONS_PER_CLIENT = 1000;
const MAX_WAITING_SIGN_INS = 100;
const MAX_REMEMBERED_TOPICS = 2000;
/** MQTT 3.1.1, section 3.2.2.3. */
const RETURN_CODE = { serverUnavailable: 3, badCredentials: 4, notAuthorized: 5 } as const;

export interface AccessSettings {
  /** Without identities clients are anonymous; only on loopback. */
  readonly identities: ReadonlyMap<string, Identity> | undefined;
  readonly server: { readonly name: string; readonly secret: Buffer };
  readonly hostId: string;
  readonly maxConnections: number;
  readonly refusals: RefusalLog;
}

/** Closes a connection for a reason that is counted already. */
class RefusedError extends Error {}

interface Session {
  readonly willTopic: string | undefined;
  principal: Principal | undefined;
  subscriptions: number;
  /** Topics that it was allowed to publish on. */
  readonly allowed: Set<string>;
}

type Handlers = Pick<
  AedesOptions,
  'preConnect' | 'authenticate' | 'authorizePublish' | 'authorizeSubscribe' | 'authorizeForward'
>;

/** Signs clients in and applies the rules to what they publish and subscribe. */
export class AccessControl {
  readonly #settings: AccessSettings;
  readonly #sessions = new WeakMap<object, Session>();
  readonly #retained = new Set<string>();
  readonly #secrets = new SecretChecker();
  readonly #serverStateTopic: string;
  #serverClient: object | undefined;
  #receiver: DirectReceiver | undefined;
  #waitingSignIns = 0;
  #connections = 0;

  constructor(settings: AccessSettings) {
    this.#settings = settings;
    this.#serverStateTopic = stateTopic(settings.hostId);
  }

  /** See `HostClient.direct`. */
  direct(receiver: DirectReceiver): void {
    this.#receiver = receiver;
  }

  get connections(): number {
    return this.#connections;
  }

  handlers(): Handlers {
    return {
      // Saying no without an error would leave the connection open for ever.
      preConnect: (client, packet, done) =>
        this.#admit(client, packet) ? done(null, true) : done(new RefusedError('too many connections'), false),
      authenticate: (client, username, password, done) => {
        this.#signIn(client, username, password).then(
          (returnCode) => (returnCode === undefined ? done(null, true) : done(connectError(returnCode), false)),
          () => done(connectError(RETURN_CODE.serverUnavailable), false),
        );
      },
      authorizePublish: (client, packet, done) => done(this.#checkPublish(client, packet)),
      authorizeSubscribe: (client, subscription, done) =>
        done(null, this.#checkSubscribe(client, subscription) ? subscription : null),
      authorizeForward: (client, packet) => this.#forward(client, packet),
    };
  }

  watch(broker: Aedes): void {
    broker.on('client', () => {
      this.#connections += 1;
    });
    broker.on('clientDisconnect', () => {
      this.#connections -= 1;
    });
    broker.on('connectionError', (_client, error) => {
      if (!(error instanceof RefusedError)) this.#refuse('malformed', { error: error.message });
    });
  }

  /** Whether publishers wait for this reader instead of it being cut off: host applications only. */
  mayLag(connection: object): boolean {
    const client: unknown = 'client' in connection ? connection.client : undefined;
    if (typeof client !== 'object' || client === null) return false;
    const principal = this.#sessions.get(client)?.principal;
    return principal?.role === 'server' || principal?.role === 'host';
  }

  #refuse(reason: Refusal, facts: Readonly<Record<string, unknown>>): void {
    this.#settings.refusals.count(reason, facts);
  }

  #admit(client: Client, packet: ConnectPacket): boolean {
    if (this.#connections >= this.#settings.maxConnections) {
      this.#refuse('too_many_connections', { clientId: packet.clientId });
      return false;
    }
    // Sessions end with their connection: a kept one would gather messages in memory without end (MQTT 3.1.1 lets a
    // server discard session state, the client sees "session present" 0). Sparkplug clients ask for clean sessions.
    packet.clean = true;
    this.#sessions.set(client, {
      willTopic: packet.will?.topic,
      principal: undefined,
      subscriptions: 0,
      allowed: new Set(),
    });
    return true;
  }

  async #signIn(
    client: Client,
    username: string | undefined,
    password: Buffer | undefined,
  ): Promise<number | undefined> {
    const session = this.#sessions.get(client);
    if (!session) return RETURN_CODE.serverUnavailable;
    const principal = await this.#principalOf(client, session, username, password);
    if (typeof principal === 'number') {
      this.#refuse('credentials', { clientId: client.id, username });
      return principal;
    }
    const { willTopic } = session;
    if (willTopic !== undefined && !mayPublish(principal, willTopic, this.#settings.hostId)) {
      this.#refuse('will', { clientId: client.id, username, topic: willTopic });
      return RETURN_CODE.notAuthorized;
    }
    session.principal = principal;
    if (principal.role === 'server') this.#serverClient = client;
    return undefined;
  }

  async #principalOf(
    client: Client,
    session: Session,
    username: string | undefined,
    password: Buffer | undefined,
  ): Promise<Principal | number> {
    const { server, identities, hostId } = this.#settings;
    if (username === server.name) {
      const right = password?.length === server.secret.length && timingSafeEqual(password, server.secret);
      return right ? { name: server.name, role: 'server', nodes: new Set(), hostId } : RETURN_CODE.badCredentials;
    }
    if (!identities) return anonymousPrincipal(client.id, session.willTopic, hostId);
    const identity = username === undefined ? undefined : identities.get(username);
    if (!identity || !password) return RETURN_CODE.badCredentials;
    // scrypt runs in a pool of four threads: a flood of sign-ins must not queue without end.
    if (this.#waitingSignIns >= MAX_WAITING_SIGN_INS) return RETURN_CODE.serverUnavailable;
    this.#waitingSignIns += 1;
    const right = await this.#secrets.matches(identity, password).finally(() => (this.#waitingSignIns -= 1));
    return right ? principalOfIdentity(identity) : RETURN_CODE.badCredentials;
  }

  #forward(client: Client, packet: AedesPublishPacket): AedesPublishPacket | null {
    const receiver = this.#receiver;
    if (!receiver || client !== this.#serverClient || packet.topic === this.#serverStateTopic) return packet;
    const { payload } = packet;
    receiver(packet.topic, typeof payload === 'string' ? Buffer.from(payload) : payload, packet.retain);
    return null;
  }

  #checkPublish(client: Client | null, packet: PublishPacket): Error | null {
    const session = client ? this.#sessions.get(client) : undefined;
    if (session?.allowed.has(packet.topic) && !packet.retain) return null;
    const principal = session?.principal;
    if (!principal || !mayPublish(principal, packet.topic, this.#settings.hostId)) {
      this.#refuse('publish', { clientId: client?.id, name: principal?.name, topic: packet.topic.slice(0, 200) });
      return new RefusedError('not authorized to publish on this topic');
    }
    // A node publishes on the same few topics; taking them apart each time would cost more than all other rules.
    if (session && session.allowed.size < MAX_REMEMBERED_TOPICS) session.allowed.add(packet.topic);
    return packet.retain ? this.#checkRetained(packet) : null;
  }

  #checkRetained(packet: PublishPacket): Error | null {
    if (packet.payload.length === 0) {
      this.#retained.delete(packet.topic);
      return null;
    }
    if (this.#retained.size >= MAX_RETAINED_TOPICS && !this.#retained.has(packet.topic)) {
      this.#refuse('too_many_retained', { topic: packet.topic.slice(0, 200) });
      return new RefusedError('too many retained topics');
    }
    this.#retained.add(packet.topic);
    return null;
  }

  #checkSubscribe(client: Client, subscription: Subscription): boolean {
    const session = this.#sessions.get(client);
    if (!session?.principal) return false;
    const facts = { clientId: client.id, filter: subscription.topic.slice(0, 200) };
    // The library answers these with success and then delivers nothing.
    if (subscription.topic.startsWith('$share/')) {
      this.#refuse('shared_subscription', facts);
      return false;
    }
    if (!maySubscribe(session.principal, subscription.topic)) {
      this.#refuse('subscribe', facts);
      return false;
    }
    if (session.subscriptions >= MAX_SUBSCRIPTIONS_PER_CLIENT) {
      this.#refuse('too_many_subscriptions', facts);
      return false;
    }
    session.subscriptions += 1;
    return true;
  }
}

function principalOfIdentity(identity: Identity): Principal {
  const nodes = new Set(identity.role === 'agent' ? (identity.nodes ?? [identity.name]) : []);
  return {
    name: identity.name,
    role: identity.role,
    nodes,
    hostId: identity.role === 'host' ? identity.name : undefined,
  };
}

function connectError(returnCode: number): Error & { returnCode: number } {
  return Object.assign(new Error('connection refused'), { returnCode });
}
