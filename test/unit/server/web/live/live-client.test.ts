import { beforeEach, describe, expect, test } from 'vitest';
import { ManualProcessClock, seededRandom } from '../../../../../edge/platform/clock.ts';
import type { MessageOf, ServerMessage } from '../../../../../server/web/src/contract.ts';
import { LINK_TIMING, MAX_SILENCE_MS } from '../../../../../server/web/src/live/link.ts';
import {
  LiveClient,
  type LiveSocket,
  type SocketEvents,
  type Subscriber,
} from '../../../../../server/web/src/live/live-client.ts';
import { pointsMessage } from './points.ts';

const WELCOME: MessageOf<'welcome'> = {
  type: 'welcome',
  protocol: 'gridwarden.v1',
  serverEpoch: 'x',
  gridNowMs: 1_000_000,
  speed: 1,
  simulated: true,
  timeZone: 'Asia/Shanghai',
  heartbeatMs: 2_000,
  window: 8,
};
const HEARTBEAT: MessageOf<'heartbeat'> = {
  type: 'heartbeat',
  gridNowMs: 1_002_000,
  broker: { ok: true, reason: '' },
  store: { ok: true, reason: '' },
};

class FakeSocket implements LiveSocket {
  readonly sent: unknown[] = [];
  readonly events: SocketEvents;
  isClosed = false;

  constructor(events: SocketEvents) {
    this.events = events;
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.isClosed = true;
  }

  say(message: ServerMessage): void {
    this.events.onMessage(JSON.stringify(message));
  }
}

let clock: ManualProcessClock;
/** Time that passed while the page slept, and no timer fired. */
let sleptMs: number;
let sockets: FakeSocket[];
let client: LiveClient;
let gridNowMs: number | undefined;

function socket(): FakeSocket {
  const last = sockets.at(-1);
  if (!last) throw new Error('no socket was opened');
  return last;
}

function subscriber(fields: Partial<Subscriber> = {}): Subscriber & { readonly got: string[] } {
  const got: string[] = [];
  return { got, request: () => ({ topic: 'points' }), onMessage: (message) => got.push(message.type), ...fields };
}

beforeEach(() => {
  clock = new ManualProcessClock();
  sockets = [];
  gridNowMs = undefined;
  sleptMs = 0;
  client = new LiveClient({
    connect: (events) => {
      sockets.push(new FakeSocket(events));
      return socket();
    },
    clock: {
      nowMs: () => clock.nowMs() + sleptMs,
      setTimer: (delayMs, callback) => clock.setTimer(delayMs, callback),
    },
    random: seededRandom(1),
    gridNowMs: () => gridNowMs,
    onWelcome: (welcome) => {
      gridNowMs = welcome.gridNowMs;
    },
    onHeartbeat: (heartbeat) => {
      gridNowMs = heartbeat.gridNowMs;
    },
  });
  client.start();
});

describe('the link', () => {
  test('is live with the welcome, not with the connection', () => {
    expect(client.link.value.phase).toBe('connecting');
    socket().say(WELCOME);
    expect(client.link.value).toEqual({ phase: 'live', lastGoodMs: 1_000_000, attempts: 0 });
  });

  test('a server that is not there is lost within 10 s of the start, and is tried again', () => {
    socket().events.onClose();
    clock.advance(LINK_TIMING.openTimeoutMs + LINK_TIMING.checkMs);
    expect(client.link.value).toMatchObject({ phase: 'lost', lastGoodMs: null });
    expect(sockets.length).toBeGreaterThan(1);
  });

  test('a connection that opens without a welcome is given up', () => {
    clock.advance(LINK_TIMING.openTimeoutMs + LINK_TIMING.checkMs);
    expect(sockets[0]?.isClosed).toBe(true);
    expect(client.link.value.phase).toBe('lost');
  });

  test('a connection that is back at once is never called lost', () => {
    socket().say(WELCOME);
    socket().events.onClose();
    expect(client.link.value.phase).toBe('interrupted');
    clock.advance(LINK_TIMING.backoff.firstMs);
    socket().say(WELCOME);
    expect(client.link.value.phase).toBe('live');
  });

  test('a connection that stays away is lost after the grace, with the last good time', () => {
    socket().say(WELCOME);
    socket().say(HEARTBEAT);
    socket().events.onClose();
    clock.advance(LINK_TIMING.graceMs + LINK_TIMING.checkMs);
    expect(client.link.value).toMatchObject({ phase: 'lost', lastGoodMs: 1_002_000 });
  });

  test('silence for three heartbeats is a loss, although the connection stands', () => {
    socket().say(WELCOME);
    clock.advance(3 * WELCOME.heartbeatMs - LINK_TIMING.checkMs);
    expect(client.link.value.phase).toBe('live');
    clock.advance(LINK_TIMING.checkMs);
    expect(client.link.value.phase).toBe('lost');
    expect(sockets[0]?.isClosed).toBe(true);
  });

  test('however seldom a server promises to speak, its silence is noticed within 10 s', () => {
    socket().say({ ...WELCOME, heartbeatMs: 60_000 });
    clock.advance(MAX_SILENCE_MS + LINK_TIMING.checkMs);
    expect(client.link.value.phase).toBe('lost');
  });

  test('a page that slept first hears what came meanwhile before it calls the link lost', () => {
    socket().say(WELCOME);
    sleptMs = 3_600_000;
    clock.advance(LINK_TIMING.checkMs);
    expect(client.link.value.phase).toBe('live');
    clock.advance(4 * LINK_TIMING.checkMs);
    expect(client.link.value.phase).toBe('lost');
  });

  test('any message keeps it alive', () => {
    socket().say(WELCOME);
    for (let i = 0; i < 20; i += 1) {
      clock.advance(1_500);
      socket().say(HEARTBEAT);
    }
    expect(client.link.value.phase).toBe('live');
  });

  test('stays lost while it is tried again, and returns without a reload', () => {
    socket().say(WELCOME);
    socket().events.onClose();
    for (let i = 0; i < 10; i += 1) {
      clock.advance(LINK_TIMING.backoff.maxMs);
      if (!socket().isClosed) socket().events.onClose();
      expect(client.link.value.phase).toBe('lost');
    }
    clock.advance(LINK_TIMING.backoff.maxMs);
    socket().say(WELCOME);
    expect(client.link.value.phase).toBe('live');
  });

  test('retries are spread and never further apart than the longest back-off', () => {
    const openedAt: number[] = [];
    socket().events.onClose();
    for (let count = sockets.length, ms = 0; ms < 60_000; ms += 50) {
      clock.advance(50);
      if (sockets.length === count) continue;
      count = sockets.length;
      openedAt.push(clock.nowMs());
      socket().events.onClose();
    }
    const gaps = openedAt.slice(1).map((at, i) => at - (openedAt[i] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(LINK_TIMING.backoff.maxMs + 50);
    expect(new Set(gaps.slice(-5)).size).toBeGreaterThan(1);
  });

  test('is tried at once when the network is back', () => {
    socket().events.onClose();
    const before = sockets.length;
    client.retryNow();
    expect(sockets.length).toBe(before + 1);
    client.retryNow();
    expect(sockets.length).toBe(before + 1);
  });

  test('what an old connection still says is not heard', () => {
    const old = socket();
    old.events.onClose();
    clock.advance(LINK_TIMING.backoff.firstMs);
    old.say(WELCOME);
    expect(client.link.value.phase).toBe('connecting');
  });

  test('leaves nothing behind when it stops', () => {
    socket().say(WELCOME);
    client.stop();
    expect(socket().isClosed).toBe(true);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('subscriptions', () => {
  test('wait for the welcome, and are sent again with each connection', () => {
    let resets = 0;
    const one = subscriber({ onReset: () => (resets += 1), request: () => ({ topic: 'devices', maxRate: 1 }) });
    client.subscribe(one);
    expect(socket().sent).toEqual([]);
    socket().say(WELCOME);
    expect(socket().sent).toEqual([{ type: 'subscribe', id: 's1', topic: 'devices', maxRate: 1 }]);
    socket().events.onClose();
    clock.advance(LINK_TIMING.backoff.firstMs);
    socket().say(WELCOME);
    expect(socket().sent).toHaveLength(1);
    expect(resets).toBe(2);
  });

  test('are asked where they are at each connection', () => {
    let seq = 1;
    client.subscribe(subscriber({ request: () => ({ topic: 'alerts', after: { epoch: 'e', seq } }) }));
    socket().say(WELCOME);
    seq = 2;
    socket().events.onClose();
    clock.advance(LINK_TIMING.backoff.firstMs);
    socket().say(WELCOME);
    expect(socket().sent).toEqual([{ type: 'subscribe', id: 's1', topic: 'alerts', after: { epoch: 'e', seq: 2 } }]);
  });

  test('get their own messages until they leave', () => {
    const one = subscriber();
    const leave = client.subscribe(one);
    socket().say(WELCOME);
    socket().say(pointsMessage([], []));
    socket().say({ ...pointsMessage([], []), id: 's2' });
    leave();
    socket().say(pointsMessage([], []));
    expect(one.got).toEqual(['points']);
    expect(socket().sent.at(-2)).toEqual({ type: 'unsubscribe', id: 's1' });
  });

  test('every frame is acknowledged, also one whose view is gone or fails', () => {
    client.subscribe(
      subscriber({
        onMessage: () => {
          throw new Error('the view is broken');
        },
      }),
    );
    socket().say(WELCOME);
    expect(() => socket().say(pointsMessage([], [], 5))).toThrow('the view is broken');
    socket().say({ ...pointsMessage([], [], 6), id: 'gone' });
    expect(socket().sent.slice(1)).toEqual([
      { type: 'ack', frame: 5 },
      { type: 'ack', frame: 6 },
    ]);
  });

  test('a refusal is shown until the next connection', () => {
    socket().say(WELCOME);
    socket().say({ type: 'error', code: 'OVERLOADED', message: 'too many', id: 's1' });
    expect(client.refusal.value).toEqual({ code: 'OVERLOADED', message: 'too many' });
    socket().events.onClose();
    clock.advance(LINK_TIMING.backoff.firstMs);
    socket().say(WELCOME);
    expect(client.refusal.value).toBeUndefined();
  });

  test.each(['not json', '{}', '{"type":"of a newer server"}', '[]', 'null'])('%j is left alone', (text) => {
    socket().say(WELCOME);
    socket().events.onMessage(text);
    expect(client.link.value.phase).toBe('live');
  });
});
