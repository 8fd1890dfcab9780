import { setTimeout as delay } from 'node:timers/promises';
import { startBareEdge } from './bare-edge.ts';
import { meters, readOf } from './feed.ts';

/**
 * An edge without buses, fed at a steady rate: url, devices, records a second, seconds, backlog records, disk or none.
 * Tells `steady` when what is measured begins, and at the end what it was.
 */
const [url = '', deviceCount = '1000', perSecond = '1000', seconds = '10', backlog = '0', disk = 'disk'] =
  process.argv.slice(2);
const rate = Number(perSecond);
const isKept = disk === 'disk';
const devices = meters(Number(deviceCount));
const { node, session, delivery, outbox, clock, stop } = await startBareEdge({ url, node: 'agent', devices, isKept });

let next = 0;
function feed(count: number): void {
  for (let index = 0; index < count; index++) {
    const device = devices[next++ % devices.length];
    if (device) node.take(readOf(device, 'fast', clock.nowMs()));
  }
}

async function steady(forSeconds: number): Promise<void> {
  const started = performance.now();
  for (let sent = 0; performance.now() - started < forSeconds * 1000; ) {
    const due = Math.floor(((performance.now() - started) / 1000) * rate) - sent;
    feed(due);
    sent += due;
    await delay(20);
  }
}

// A backlog is what comes before the session.
for (let rest = Number(backlog); rest > 0; rest -= 10_000) {
  feed(Math.min(rest, 10_000));
  await outbox.flush();
}
while (!session.isReady) await delay(5);
const drainStarted = performance.now();
while (Number(backlog) > 0 && delivery.waiting > 0) await delay(5);
const drainSeconds = (performance.now() - drainStarted) / 1000;
await steady(2);
process.send?.('steady');
const cpu = process.cpuUsage();
const before = next;
await steady(Number(seconds));
const { user, system } = process.cpuUsage(cpu);
const measured = next - before;
for (let waited = 0; waited < 200 && isKept && delivery.waiting > 0; waited++) await delay(50);
const { waiting } = delivery;
process.send?.({
  cpuUs: user + system,
  records: measured,
  taken: next,
  waiting,
  drainSeconds,
  rssMiB: process.memoryUsage.rss() / 2 ** 20,
});
await stop();
process.exit();
