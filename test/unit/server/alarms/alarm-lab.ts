import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { onTestFinished } from 'vitest';
import { ManualGridClock, ManualProcessClock } from '../../../../edge/platform/clock.ts';
import { silentLogger } from '../../../../edge/platform/log.ts';
import { Metrics } from '../../../../edge/platform/metrics.ts';
import { GOOD } from '../../../../edge/protocol/quality.ts';
import type { Alarms } from '../../../../server/alarms/alarm-options.ts';
import { startAlarms } from '../../../../server/alarms/alarms.ts';
import type { HealthReport } from '../../../../server/ingest/host.ts';
import type { LiveState } from '../../../../server/live/live-state.ts';
import type { AlertEvent } from '../../../../server/live/protocol.ts';
import { openState } from '../../../../server/state/database.ts';
import { addDevice, newState } from '../live/state.ts';

export const NOON_MS = Date.UTC(2026, 6, 1, 12);

/** The limit of the vector in the domain reference, on a current. */
export const RULES = `
builtIn: false
limits:
  - id: current_high
    metrics: [current_a]
    high: 100
    severity: medium
    escalation: [{ limit: 120, severity: critical }]
    deadband: 2
    onDelay: 5s
    offDelay: 10s
    text: { en: '{metric} of {subject}: {value} {unit} ≥ {limit}', zh: '{subject} {metric} {value} {unit} ≥ {limit}' }
`;

/** Alarms on a state file and a live state, with clocks that are moved by hand. */
export class AlarmLab {
  readonly clock = new ManualProcessClock();
  readonly gridClock = new ManualGridClock(NOON_MS);
  readonly events: AlertEvent[] = [];
  readonly file: string;
  readonly metrics: Metrics[] = [];
  state: LiveState = newState();
  broker: HealthReport = { ok: true, reason: 'connected' };
  #database: DatabaseSync;
  #alarms: Alarms;
  #runs = 0;
  readonly #rulesFile: string;

  constructor(rules = RULES) {
    const folder = mkdtempSync(join(tmpdir(), 'alarms-'));
    this.file = join(folder, 'state.sqlite');
    this.#rulesFile = join(folder, 'rules.yaml');
    writeFileSync(this.#rulesFile, rules);
    this.#database = openState(this.file);
    this.#alarms = this.#start();
    onTestFinished(async () => {
      await this.#alarms.stop();
      this.#database.close();
      rmSync(folder, { recursive: true });
    });
  }

  get alarms(): Alarms {
    return this.#alarms;
  }

  get database(): DatabaseSync {
    return this.#database;
  }

  /** Another run of the server on the same state file, with an empty live state, after `rules` were changed. */
  async restart(options: { rules?: string; kill?: boolean } = {}): Promise<void> {
    if (!options.kill) await this.#alarms.stop();
    this.#database.close();
    if (options.rules !== undefined) writeFileSync(this.#rulesFile, options.rules);
    this.state = newState();
    this.#database = openState(this.file);
    this.#alarms = this.#start();
  }

  #start(): Alarms {
    const metrics = new Metrics();
    this.metrics.push(metrics);
    const alarms = startAlarms({
      rulesFile: this.#rulesFile,
      database: this.#database,
      state: this.state,
      broker: () => this.broker,
      gridClock: this.gridClock,
      processClock: this.clock,
      logger: silentLogger(),
      metrics,
      epoch: `epoch-${++this.#runs}`,
    });
    alarms.onEvent((event) => this.events.push(event));
    return alarms;
  }

  /** A meter with a current; returns its slot. */
  meter(id: string): number {
    return addDevice(this.state, id, { current_a: 'A' })[0];
  }

  /** A good value so many seconds after noon. */
  set(slot: number, value: number, seconds: number): void {
    this.state.set(slot, value, GOOD, NOON_MS + seconds * 1000);
  }

  /** A value every second over [from, to]. */
  hold(slot: number, value: number, from: number, to: number): void {
    for (let second = from; second <= to; second++) this.set(slot, value, second);
  }

  /** Lets both clocks go on, second by second. */
  pass(seconds: number, each: (second: number) => void = () => {}): void {
    for (let second = 1; second <= seconds; second++) {
      this.gridClock.advance(1000);
      each(second);
      this.clock.advance(1000);
    }
  }

  /** What happened: subject, transition, state. */
  get told(): string[] {
    this.clock.advance(100);
    return this.events.map(({ transition, alert }) => `${alert.subject} ${transition} ${alert.state}`);
  }
}
