import { setTimeout as delay } from 'node:timers/promises';
import { startBareEdge } from './bare-edge.ts';
import { meters, readOf } from './feed.ts';

/**
 * An agent without buses whose link is cut: url, name, devices, seconds between two reads of a device, seconds of the
 * cut. Reads all of them once and tells `connected` when the server has stored that; on `fill`, when the link is gone, takes what it would have read during the cut, tells
 * `filled` and reads on; tells `ready` when it is connected and its births are out again, and `drained`; ends on `stop`.
 */
const [url = '', name = '', deviceCount = '1000', everySeconds = '10', cutSeconds = '600'] = process.argv.slice(2);
const everyMs = Number(everySeconds) * 1000;
const TICK_MS = 20;
/** What is committed at once while the outbox is filled. */
const FILL_RECORDS = 5000;

const devices = meters(Number(deviceCount), `${name}-`);
const edge = await startBareEdge({ url, node: name, devices, isKept: true });
let isRunning = true;
const asked = new Promise<void>((resolve) => {
  process.on('message', (message) => {
    if (message === 'stop') isRunning = false;
    if (message === 'fill') resolve();
  });
});

async function fill(): Promise<number> {
  const startMs = edge.clock.nowMs() - Number(cutSeconds) * 1000;
  let taken = 0;
  for (let roundMs = startMs; roundMs < startMs + Number(cutSeconds) * 1000; roundMs += everyMs) {
    for (const [index, device] of devices.entries()) {
      edge.node.take(readOf(device, 'fast', roundMs + (index * everyMs) / devices.length));
      if (++taken % FILL_RECORDS === 0) await edge.outbox.flush();
    }
  }
  await edge.outbox.flush();
  return taken;
}

/** Reads each device once in its interval, spread over it. */
async function readOn(): Promise<void> {
  const started = performance.now();
  for (let sent = 0; isRunning; await delay(TICK_MS)) {
    const due = Math.floor(((performance.now() - started) * devices.length) / everyMs);
    for (; sent < due; sent++) {
      const device = devices[sent % devices.length];
      if (device) edge.node.take(readOf(device, 'fast', edge.clock.nowMs()));
    }
  }
}

while (!edge.session.isReady) await delay(5);
const beforeMs = edge.clock.nowMs() - (Number(cutSeconds) + 60) * 1000;
for (const device of devices) edge.node.take(readOf(device, 'fast', beforeMs));
await edge.outbox.flush();
while (edge.delivery.first <= devices.length) await delay(20);
process.send?.({ state: 'connected', backlog: 0 });
await asked;
while (edge.session.isReady) await delay(5);
const backlog = await fill();
process.send?.({ state: 'filled', backlog });
const reading = readOn();
while (!edge.session.isReady) await delay(5);
process.send?.({ state: 'ready', backlog });
// What is under way of the live records is never more than some seconds of them.
const steady = (devices.length / everyMs) * 3000;
while (edge.delivery.waiting > steady) await delay(20);
process.send?.({ state: 'drained', backlog });
await reading;
await edge.stop();
process.exit();
