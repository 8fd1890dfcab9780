import { Turns, type TurnTaker } from '../../edge/modbus/turns.ts';

/** A device of the model: read at each multiple of `everyMs` after `phaseMs`, by requests that take so long. */
export interface ModelDevice {
  readonly everyMs: number;
  readonly phaseMs: number;
  readonly requestsMs: readonly number[];
  /** It has answered before the model begins. Default: it has. */
  readonly isUnheard?: boolean;
}

/** A device in the model, and what became of its deadlines. */
export class ModelTaker implements TurnTaker {
  readonly servedWithinMs: number;
  readonly health: { up: boolean | undefined };
  readonly sick = false;
  readonly requestsMs: readonly number[];
  queued = false;
  turnByMs = 0;
  turnOrder = 0;
  turnTookMs = 0;
  overran = false;
  nextDueMs: number;
  /** Requests of the visit under way that were sent; none is under way at 0. */
  sent = 0;
  isDue = false;
  missed = 0;
  visits = 0;

  constructor({ everyMs, phaseMs, requestsMs, isUnheard = false }: ModelDevice) {
    this.servedWithinMs = everyMs;
    this.nextDueMs = phaseMs;
    this.requestsMs = requestsMs;
    this.health = { up: isUnheard ? undefined : true };
  }
}

/** A bus without anything but its order of turns, for as long as wanted: one request after another, no time in between. */
export function runTurns(models: readonly ModelDevice[], untilMs: number): ModelTaker[] {
  const devices = models.map((model) => new ModelTaker(model));
  const turns = new Turns<ModelTaker>(devices.length, 1);
  let nowMs = 0;
  let current: ModelTaker | undefined;
  while (nowMs < untilMs) {
    fallDue(devices, turns, nowMs);
    current ??= turns.next();
    if (current === undefined) {
      nowMs = Math.min(...devices.map(({ nextDueMs }) => nextDueMs));
      continue;
    }
    current.isDue &&= current.sent > 0;
    const tookMs = current.requestsMs[current.sent] ?? 0;
    nowMs += tookMs;
    current.sent += 1;
    fallDue(devices, turns, nowMs);
    current = afterRequest(current, turns, tookMs, nowMs);
  }
  return devices;
}

function fallDue(devices: readonly ModelTaker[], turns: Turns<ModelTaker>, nowMs: number): void {
  for (const device of devices) {
    while (device.nextDueMs <= nowMs) {
      if (device.isDue || device.sent > 0) device.missed += 1;
      device.isDue = true;
      if (device.sent === 0) turns.enter(device, device.nextDueMs);
      device.nextDueMs += device.servedWithinMs;
    }
  }
}

/** Whoever has the bus next; undefined when that is for the order of turns to say. */
function afterRequest(device: ModelTaker, turns: Turns<ModelTaker>, tookMs: number, nowMs: number) {
  const { requestsMs, sent } = device;
  if (sent < requestsMs.length) {
    const ahead = requestsMs.slice(0, sent).reduce((sum, ms) => sum + ms, 0);
    const restMs = (ahead / sent) * (requestsMs.length - sent);
    return turns.letsOthersGo(device, tookMs, restMs, nowMs) ? undefined : device;
  }
  device.visits += 1;
  device.sent = 0;
  device.health.up = true;
  if (device.isDue) turns.enter(device, nowMs, true);
  return undefined;
}
