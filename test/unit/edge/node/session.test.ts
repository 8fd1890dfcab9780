import { describe, expect, it } from 'vitest';
import { BrokerWalk } from '../../../../edge/node/broker-walk.ts';
import type { Link, LinkEvents, OpenLink } from '../../../../edge/node/link.ts';
import { nodeMetrics } from '../../../../edge/node/node-metrics.ts';
import { SparkplugSession } from '../../../../edge/node/session.ts';
import { ManualGridClock, ManualProcessClock } from '../../../../edge/platform/clock.ts';
import { GridwardenError } from '../../../../edge/platform/errors.ts';
import { silentLogger } from '../../../../edge/platform/log.ts';
import { Metrics } from '../../../../edge/platform/metrics.ts';
import { decodePayload, encodePayload, integerOf, type PayloadFields } from '../../../../edge/protocol/payload.ts';

/** A broker of the test's own will: every step of a connection happens when the test lets it. */
class ScriptedBroker {
  readonly log: string[] = [];
  events: LinkEvents | undefined;
  /** What was published last. */
  payload: Uint8Array | undefined;
  refusesSubscriptions = false;
  refusesConnections = false;
  connectGate: Promise<void> = Promise.resolve();
  subscribeGate: Promise<void> = Promise.resolve();

  readonly open: OpenLink = async (url, _clientId, _will, events) => {
    this.log.push(`connect ${url}`);
    await this.connectGate;
    if (this.refusesConnections) throw new GridwardenError('BROKER_REFUSED', 'not authorized');
    events.connectSent();
    this.events = events;
    const link: Link = {
      bufferedBytes: 0,
      subscribe: async () => {
        await this.subscribeGate;
        if (this.refusesSubscriptions) throw new GridwardenError('BROKER_REFUSED', 'no subscription');
        this.log.push('subscribed');
      },
      publish: (topic, payload) => {
        this.log.push(`publish ${topic}`);
        this.payload = payload;
      },
      end: async () => void this.log.push('end'),
      destroy: () => this.log.push('destroy'),
    };
    return link;
  };
}

function setup(options: { urls?: string[]; primaryHost?: string; saveFails?: boolean } = {}) {
  const broker = new ScriptedBroker();
  const clock = new ManualProcessClock();
  const session = new SparkplugSession({
    group: 'east',
    node: 'agent-1',
    clientId: 'c',
    primaryHost: options.primaryHost,
    openLink: broker.open,
    walk: new BrokerWalk(options.urls ?? ['a'], () => 1),
    gridClock: new ManualGridClock(1000),
    processClock: clock,
    logger: silentLogger(),
    metrics: nodeMetrics(new Metrics()),
    bdSeq: 41,
    saveBdSeq: async (bdSeq) => {
      broker.log.push(`save ${bdSeq}`);
      if (options.saveFails) throw new Error('the disk is full');
    },
  });
  const listener = {
    ready: () => broker.log.push('ready'),
    down: () => broker.log.push('down'),
    command: () => broker.log.push('command'),
  };
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { broker, session, listener, pass, clock };
}

describe('a session', () => {
  it('saves bdSeq before it connects, subscribes, and is then ready for births', async () => {
    const { broker, session, listener, pass } = setup();
    session.start(listener);
    await pass(0);
    expect(broker.log).toEqual(['save 42', 'connect a', 'subscribed', 'ready']);
    expect([session.bdSeq, session.isReady]).toEqual([42, true]);
  });

  it('goes on although bdSeq cannot be saved', async () => {
    const { broker, session, listener, pass } = setup({ saveFails: true });
    session.start(listener);
    await pass(0);
    expect(broker.log.at(-1)).toBe('ready');
  });

  it('whose subscription is refused is given up, and tried again at the next broker', async () => {
    const { broker, session, listener, pass } = setup({ urls: ['a', 'b'] });
    broker.refusesSubscriptions = true;
    session.start(listener);
    await pass(0);
    broker.refusesSubscriptions = false;
    await pass(0);
    expect(broker.log).toEqual(['save 42', 'connect a', 'destroy', 'save 43', 'connect b', 'subscribed', 'ready']);
  });

  it('that is refused is tried again with pauses, with the same bdSeq when no CONNECT was sent', async () => {
    const { broker, session, listener, pass, clock } = setup();
    broker.refusesConnections = true;
    session.start(listener);
    await pass(0);
    await pass(249);
    expect(broker.log).toEqual(['save 42', 'connect a']);
    await pass(1);
    expect(broker.log).toEqual(['save 42', 'connect a', 'connect a']);
    expect(clock.pendingTimers).toBe(1);
  });

  it('that ends while it subscribes is tried again once', async () => {
    const { broker, session, listener, pass } = setup();
    let letGo: () => void = () => {};
    broker.subscribeGate = new Promise((resolve) => {
      letGo = resolve;
    });
    broker.refusesSubscriptions = true;
    session.start(listener);
    await pass(0);
    broker.events?.closed('gone');
    letGo();
    await pass(0);
    broker.refusesSubscriptions = false;
    await pass(250);
    expect(broker.log).toEqual(['save 42', 'connect a', 'save 43', 'connect a', 'subscribed', 'ready']);
  });

  it('that is stopped while it connects ends quietly', async () => {
    const { broker, session, listener, pass } = setup();
    let letGo: () => void = () => {};
    broker.connectGate = new Promise((resolve) => {
      letGo = resolve;
    });
    session.start(listener);
    await pass(0);
    await session.stop();
    letGo();
    await pass(60_000);
    expect(broker.log).toEqual(['save 42', 'connect a', 'end']);
  });

  it('hears no command before it is ready, and none of others ever', async () => {
    const { broker, session, listener, pass } = setup({ primaryHost: 'gridwarden' });
    session.start(listener);
    await pass(0);
    broker.events?.message('spBv1.0/east/NCMD/agent-1', Uint8Array.of(1));
    broker.events?.message('spBv1.0/STATE/gridwarden', Buffer.from('{"online":true,"timestamp":5}'));
    broker.events?.message('spBv1.0/east/NCMD/agent-2', Uint8Array.of(1));
    broker.events?.message('spBv1.0/west/NCMD/agent-1', Uint8Array.of(1));
    broker.events?.message('spBv1.0/east/NDATA/agent-1', Uint8Array.of(1));
    expect(broker.log).not.toContain('command');
    broker.events?.message('spBv1.0/east/NCMD/agent-1', Uint8Array.of(1));
    broker.events?.message('spBv1.0/east/NCMD/agent-1', new Uint8Array(2 * 1024 * 1024));
    expect(broker.log.filter((line) => line === 'command')).toHaveLength(1);
  });

  it('numbers its messages from the birth on, and sends nothing without one', async () => {
    const { broker, session, listener, pass } = setup();
    session.send('NDATA', undefined, { metrics: [] });
    session.start(listener);
    await pass(0);
    const data: PayloadFields = { metrics: [] };
    session.send('NBIRTH', undefined, { metrics: [] });
    for (let sent = 0; sent < 256; sent++) session.send('NDATA', undefined, data);
    expect(data.seq).toBe(0);
    const metric = encodePayload({ metrics: [{ alias: 7, timestamp: 5, doubleValue: 230.1 }] });
    session.sendData('M-1', metric);
    expect(broker.log.at(-1)).toBe('publish spBv1.0/east/DDATA/agent-1/M-1');
    const decoded = decodePayload(broker.payload ?? new Uint8Array());
    expect(decoded).toMatchObject({ payload: { metrics: [{ doubleValue: 230.1 }] } });
    expect('payload' in decoded && integerOf(decoded.payload.seq)).toBe(1);
    broker.events?.closed('gone');
    expect(broker.log.at(-1)).toBe('down');
    session.send('NDATA', undefined, data);
    expect(broker.log.at(-1)).toBe('down');
  });
});
