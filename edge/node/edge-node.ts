import type { EdgeClock } from '../clock-generation.ts';
import type { TakenBatch } from '../outbox/batch.ts';
import type { Delivery } from '../outbox/delivery.ts';
import type { Outbox, OutboxListener } from '../outbox/outbox.ts';
import type { StoredTombstone } from '../outbox/outbox-tables.ts';
import type { ProcessClock, Timer } from '../platform/clock.ts';
import type { Logger } from '../platform/log.ts';
import { type DeliveryAck, MAX_RANGES_PER_MESSAGE } from '../protocol/delivery.ts';
import type { DeviceDescription, DeviceHealth, DeviceRead, ReadingSink } from '../reading.ts';
import type { BacklogSender } from './backlog-sender.ts';
import type { BirthRound } from './birth-round.ts';
import { type Command, readDeviceCommands, readNodeCommands } from './commands.ts';
import type { DeviceRegistry } from './device-registry.ts';
import type { DeviceVoice } from './device-voice.ts';
import type { LiveSender } from './live-sender.ts';
import type { NodeMetrics } from './node-metrics.ts';
import type { NodeTable } from './node-table.ts';
import type { ReportSender } from './report-sender.ts';
import type { SessionListener, SparkplugSession } from './session.ts';
import type { WireDevice } from './wire-device.ts';

const TICK_MS = 1000;
/** The node's own metrics are told so often, when they changed. */
const NODE_DATA_MS = 10_000;
/** A host that asks for birth after birth gets one a second. */
const MIN_REBIRTH_MS = 1000;
/** Records that wait in memory for births to end; beyond it they wait in the outbox. */
const MAX_QUEUED_RECORDS = 200_000;
const DROP_LOG_MS = 60_000;

export interface EdgeNodeParts {
  readonly outbox: Outbox;
  readonly delivery: Delivery;
  readonly session: SparkplugSession;
  readonly registry: DeviceRegistry;
  readonly voice: DeviceVoice;
  readonly births: BirthRound;
  readonly live: LiveSender;
  readonly backlog: BacklogSender;
  readonly reports: ReportSender;
  readonly table: NodeTable;
  readonly clock: EdgeClock;
  readonly processClock: ProcessClock;
  readonly logger: Logger;
  readonly metrics: NodeMetrics;
  /** The edge cannot go on. */
  readonly onFatal: (error: unknown) => void;
}

/**
 * The edge node: takes reads to the outbox, and tells the broker of what was taken. `silent` while there is no session;
 * `birthing` from a rebirth command or the start of a session until every DBIRTH is out, when nothing else is sent;
 * then `live`.
 */
export class EdgeNode implements ReadingSink, OutboxListener, SessionListener {
  readonly #parts: EdgeNodeParts;
  #phase: 'silent' | 'birthing' | 'live' = 'silent';
  #isRebirthAsked = false;
  #lastBirthMs = -Infinity;
  #queue: TakenBatch[] = [];
  #queuedRecords = 0;
  /** Devices that the configuration lost while births were under way; their deaths follow these. */
  #departed: WireDevice[] = [];
  #tickTimer: Timer | undefined;
  #birthTimer: Timer | undefined;
  #lastNodeDataMs = 0;
  #dropped = 0;
  #lastDropLogMs = -Infinity;

  constructor(parts: EdgeNodeParts) {
    this.#parts = parts;
  }

  /** Connects; reads may come before and after. */
  start(): void {
    this.#parts.session.start(this);
    this.#tick();
  }

  /** Says goodbye for every device and for the node. What was not sent stays in the outbox. */
  async stop(): Promise<void> {
    const { backlog, births, registry, voice, session } = this.#parts;
    this.#tickTimer?.cancel();
    this.#birthTimer?.cancel();
    backlog.close();
    births.stop();
    if (this.#phase !== 'silent') for (const device of registry.all) if (device.isAlive) voice.death(device);
    this.#phase = 'silent';
    await session.stop();
  }

  take(read: DeviceRead): void {
    this.#parts.outbox.take(read);
  }

  health(health: DeviceHealth): void {
    this.#parts.outbox.note(health);
  }

  /** Another configuration: devices that left or became others die, new ones are born when they first answer. */
  reconfigure(devices: readonly DeviceDescription[]): void {
    this.#departed.push(...this.#parts.registry.reconfigure(devices));
    if (this.#phase !== 'birthing') this.#bury();
  }

  taken(batch: TakenBatch): void {
    const { live, births } = this.#parts;
    if (this.#phase !== 'birthing') {
      live.process(batch, this.#phase === 'live');
      return;
    }
    live.note(batch, (device) => births.read(device));
    this.#queue.push(batch);
    this.#queuedRecords += batch.lastN - batch.firstN + 1;
    while (this.#queuedRecords > MAX_QUEUED_RECORDS) this.#processOldest(false);
  }

  gaveUp(tombstones: readonly StoredTombstone[]): void {
    const { reports, metrics } = this.#parts;
    for (const tombstone of tombstones) {
      const records = reports.owe(tombstone);
      metrics.givenUp.inc({ reason: tombstone.reason }, records);
      this.#dropped += records;
    }
    this.#logDropped();
  }

  failed(error: unknown): void {
    this.#parts.onFatal(error);
  }

  ready(): void {
    this.#beginBirths();
  }

  down(): void {
    const { backlog, births, registry, delivery } = this.#parts;
    this.#phase = 'silent';
    this.#isRebirthAsked = false;
    this.#birthTimer?.cancel();
    backlog.close();
    births.stop();
    registry.allDead();
    this.#departed = [];
    delivery.lost();
    this.#processQueue(false);
  }

  command(type: 'NCMD' | 'DCMD', device: string | undefined, payload: Uint8Array): void {
    const { table, registry } = this.#parts;
    if (type === 'NCMD') {
      for (const command of readNodeCommands(payload, (alias) => table.nameOf(alias))) this.#obey(command, device);
      return;
    }
    const addressed = device === undefined ? undefined : registry.get(device);
    for (const command of readDeviceCommands(payload, (alias) => addressed?.nameOf(alias))) this.#obey(command, device);
  }

  #obey(command: Command, device: string | undefined): void {
    const { metrics, logger } = this.#parts;
    switch (command.kind) {
      case 'rebirth':
        this.#rebirth();
        break;
      case 'deviceRebirth':
        this.#deviceRebirth(device ?? '');
        break;
      case 'acknowledge':
        this.#acknowledge(command.ack);
        break;
      case 'malformed':
        metrics.malformed.inc();
        logger.warn({ code: 'PAYLOAD_MALFORMED', device }, `a command cannot be read: ${command.reason}`);
        break;
      case 'refused':
        metrics.refused.inc({ code: 'COMMAND_REFUSED' });
        logger.warn(
          { code: 'COMMAND_REFUSED', device, metric: command.metric },
          'a write was refused: nothing may be written',
        );
    }
  }

  #acknowledge(ack: DeliveryAck): void {
    const { delivery, outbox, reports, backlog, metrics, processClock } = this.#parts;
    const settled = delivery.acknowledge(ack, processClock.nowMs());
    if (!settled) return;
    if (settled.length > 0) outbox.settle(ack.epoch, settled);
    metrics.acknowledged.inc(settled.reduce((count, [from, to]) => count + to - from + 1, 0));
    reports.acknowledge(ack);
    backlog.pump();
  }

  #deviceRebirth(id: string): void {
    const device = this.#parts.registry.get(id);
    if (device?.isAlive && this.#phase === 'live') this.#parts.voice.birth(device);
  }

  /** From the command on nothing is sent until the NBIRTH (tck-id-operational-behavior-data-commands-rebirth-action-1). */
  #rebirth(): void {
    if (this.#phase === 'birthing') {
      this.#isRebirthAsked = true;
      return;
    }
    this.#phase = 'birthing';
    this.#parts.backlog.close();
    const { processClock } = this.#parts;
    const pauseMs = this.#lastBirthMs + MIN_REBIRTH_MS - processClock.nowMs();
    this.#birthTimer?.cancel();
    if (pauseMs <= 0) this.#beginBirths();
    else this.#birthTimer = processClock.setTimer(pauseMs, () => this.#beginBirths());
  }

  #beginBirths(): void {
    const { backlog, registry, delivery, reports, session, table, outbox, metrics, processClock, clock } = this.#parts;
    this.#phase = 'birthing';
    this.#isRebirthAsked = false;
    this.#lastBirthMs = processClock.nowMs();
    backlog.close();
    registry.allDead();
    this.#departed = [];
    delivery.born();
    reports.born();
    const openEpochs = delivery.earlierEpochs().slice(0, MAX_RANGES_PER_MESSAGE);
    const birth = {
      bdSeq: session.bdSeq,
      epoch: outbox.epoch,
      first: reports.firstOpen(outbox.epoch),
      openEpochs: JSON.stringify(openEpochs.map(({ epoch, lastN }) => ({ epoch, lastN }))),
      nowMs: clock.nowMs(),
    };
    session.send('NBIRTH', undefined, table.birth(birth));
    metrics.births.inc();
    this.#parts.births.begin(() => this.#endBirths());
  }

  #endBirths(): void {
    this.#phase = 'live';
    if (this.#isRebirthAsked) {
      this.#rebirth();
      return;
    }
    this.#bury();
    this.#processQueue(true);
    this.#parts.backlog.open();
  }

  /** What has no standing birth has nothing to end. */
  #bury(): void {
    for (const device of this.#departed) if (device.isAlive) this.#parts.voice.death(device);
    this.#departed = [];
  }

  #processQueue(isLive: boolean): void {
    while (this.#queue.length > 0) this.#processOldest(isLive);
  }

  #processOldest(isLive: boolean): void {
    const batch = this.#queue.shift();
    if (!batch) return;
    this.#queuedRecords -= batch.lastN - batch.firstN + 1;
    this.#parts.live.process(batch, isLive);
  }

  #tick(): void {
    const { delivery, outbox, reports, backlog, processClock, clock } = this.#parts;
    const processMs = processClock.nowMs();
    for (const { epoch, ranges } of delivery.tick(processMs)) outbox.giveUp(epoch, ranges, 'unsettled');
    if (this.#phase === 'live') {
      reports.send(processMs, clock.nowMs());
      if (processMs - this.#lastNodeDataMs >= NODE_DATA_MS) this.#tellNode(processMs);
      backlog.pump();
    }
    this.#tickTimer = processClock.setTimer(TICK_MS, () => this.#tick());
  }

  #tellNode(processMs: number): void {
    const { session, table, clock } = this.#parts;
    this.#lastNodeDataMs = processMs;
    const changes = table.changes(clock.nowMs());
    if (changes) session.send('NDATA', undefined, changes);
  }

  #logDropped(): void {
    const { logger, processClock } = this.#parts;
    const nowMs = processClock.nowMs();
    if (this.#dropped === 0 || nowMs - this.#lastDropLogMs < DROP_LOG_MS) return;
    logger.error({ code: 'OUTBOX_FULL', records: this.#dropped }, 'records were given up; the host is told which');
    this.#dropped = 0;
    this.#lastDropLogMs = nowMs;
  }
}
