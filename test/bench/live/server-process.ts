import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { systemGridClock, systemProcessClock } from '../../../edge/platform/clock.ts';
import { silentLogger } from '../../../edge/platform/log.ts';
import { Metrics } from '../../../edge/platform/metrics.ts';
import { DATA_TYPES } from '../../../edge/protocol/datatypes.ts';
import { GOOD } from '../../../edge/protocol/quality.ts';
import { attachLiveHub } from '../../../server/live/hub.ts';
import { LiveState } from '../../../server/live/live-state.ts';
import { SUBPROTOCOL } from '../../../server/live/protocol.ts';
import { MemoryAlerts } from '../../unit/server/live/memory-alerts.ts';

/**
 * A process with nothing but what is measured. `hub <points a second>`: the live hub over a live state of 10 000 series
 * that changes at that rate. `bare <bytes>`: the ws library alone, sending one ready buffer ten times a second to all.
 * Sends its port to the parent.
 */
const [kind = '', amount = ''] = process.argv.slice(2);
const DEVICES = 1_000;
const METRICS = [
  'voltage_a',
  'voltage_b',
  'voltage_c',
  'current_a',
  'current_b',
  'current_c',
  'active_power',
  'reactive_power',
  'power_factor',
  'frequency',
];
const BATCH_MS = 20;

const server = createServer();
if (kind === 'hub') serveHub(Number(amount));
else serveBare(Number(amount));
server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.send?.((server.address() as AddressInfo).port);
process.on('disconnect', () => process.exit(0));

function serveHub(pointsPerSecond: number): void {
  const state = newState();
  attachLiveHub({
    server,
    state,
    host: { broker: () => ({ ok: true, reason: '' }), onBackfill: () => () => {} },
    alerts: new MemoryAlerts(),
    storeHealth: async () => ({ ok: true, reason: '' }),
    gridClock: systemGridClock(),
    processClock: systemProcessClock(),
    settings: { timeZone: 'UTC', simulated: false },
    isAllowedOrigin: () => true,
    logger: silentLogger(),
    metrics: new Metrics(),
  });
  let next = 0;
  let due = 0;
  setInterval(() => {
    const timeMs = Date.now();
    for (due += (pointsPerSecond * BATCH_MS) / 1000; due >= 1; due--) {
      state.set(next, Math.fround(220 + 20 * Math.sin(next + timeMs / 1e6)), GOOD, timeMs);
      next = (next + 1) % state.slots.length;
    }
  }, BATCH_MS);
}

function newState(): LiveState {
  const state = new LiveState();
  for (let index = 0; index < DEVICES; index++) {
    const id = `M-${String(index).padStart(5, '0')}`;
    state.devices.set(id, {
      ...{ id, agent: 'east/agent-1', model: 'eastron/sdm630', kind: 'meter', serial: undefined, presence: 'online' },
      ...{ sinceMs: 0, lastReadingMs: undefined, slots: [] },
    });
    for (const metric of METRICS) {
      state.addSlot({ device: id, metric, unit: 'V', dataType: DATA_TYPES.Float, series: state.slots.length });
    }
  }
  return state;
}

function serveBare(bytes: number): void {
  const clients = new Set<WebSocket>();
  const sockets = new WebSocketServer({ server, perMessageDeflate: false, handleProtocols: () => SUBPROTOCOL });
  sockets.on('connection', (socket) => {
    clients.add(socket);
    socket.on('message', () => {});
    socket.on('close', () => clients.delete(socket));
  });
  const frame = Buffer.from(`{"frame":1,"x":"${'x'.repeat(Math.max(0, bytes - 20))}"}`);
  setInterval(() => {
    for (const socket of clients) socket.send(frame, { binary: false });
  }, 100);
}
