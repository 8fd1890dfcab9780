import type { Counter, Gauge, Histogram } from 'prom-client';
import type { Metrics } from '../platform/metrics.ts';
import type { LineFault } from './transport/rtu-frames.ts';

/** What a bus counts; plain numbers, because they change with every request. */
export interface BusStats {
  requests: number;
  timeouts: number;
  exceptions: number;
  malformed: number;
  connectionFailures: number;
  connects: number;
  /** What was on a serial line and was no answer to the request under way, by kind (transport/rtu-frames.ts). */
  lineNoise: number;
  lineCut: number;
  lineChecksum: number;
  lineEcho: number;
  lineOtherUnit: number;
  lineLate: number;
  /** Deadlines that passed without a read, by reason. */
  missedOverrun: number;
  missedUnreachable: number;
  /** Intervals of outages: taken from load profiles, not there, or left because of the meter's clock, its channels, failures. */
  profileFilled: number;
  profileAbsent: number;
  profileClock: number;
  profileNoChannel: number;
  profileFailed: number;
  /** Milliseconds in which a request was under way. */
  busyMs: number;
}

export function newBusStats(): BusStats {
  return {
    requests: 0,
    timeouts: 0,
    exceptions: 0,
    malformed: 0,
    connectionFailures: 0,
    connects: 0,
    lineNoise: 0,
    lineCut: 0,
    lineChecksum: 0,
    lineEcho: 0,
    lineOtherUnit: 0,
    lineLate: 0,
    missedOverrun: 0,
    missedUnreachable: 0,
    profileFilled: 0,
    profileAbsent: 0,
    profileClock: 0,
    profileNoChannel: 0,
    profileFailed: 0,
    busyMs: 0,
  };
}

/** Where each fault of a line is counted. */
export const STAT_OF_FAULT = {
  noise: 'lineNoise',
  cut: 'lineCut',
  checksum: 'lineChecksum',
  echo: 'lineEcho',
  other_unit: 'lineOtherUnit',
  late: 'lineLate',
} as const satisfies Record<LineFault, keyof BusStats>;

const LINE_FAULTS_HELP = 'What came on serial lines and was no answer to the request under way, by kind';

const READ_SECONDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];

const COUNTERS = [
  ['requests', 'modbus_requests_total', 'Requests sent', {}],
  ['timeouts', 'modbus_failures_total', 'Requests that failed, by reason', { reason: 'timeout' }],
  ['exceptions', 'modbus_failures_total', '', { reason: 'exception' }],
  ['malformed', 'modbus_failures_total', '', { reason: 'malformed' }],
  ['connectionFailures', 'modbus_failures_total', '', { reason: 'connection' }],
  ['connects', 'modbus_connects_total', 'Connections opened', {}],
  ['lineNoise', 'modbus_line_faults_total', LINE_FAULTS_HELP, { reason: 'noise' }],
  ['lineCut', 'modbus_line_faults_total', '', { reason: 'cut' }],
  ['lineChecksum', 'modbus_line_faults_total', '', { reason: 'checksum' }],
  ['lineEcho', 'modbus_line_faults_total', '', { reason: 'echo' }],
  ['lineOtherUnit', 'modbus_line_faults_total', '', { reason: 'other_unit' }],
  ['lineLate', 'modbus_line_faults_total', '', { reason: 'late' }],
  ['missedOverrun', 'modbus_missed_deadlines_total', 'Deadlines without a read, by reason', { reason: 'overrun' }],
  ['missedUnreachable', 'modbus_missed_deadlines_total', '', { reason: 'unreachable' }],
  ['profileFilled', 'modbus_profile_intervals_total', 'Intervals filled from load profiles', {}],
  ['profileAbsent', 'modbus_profile_missing_total', 'Intervals not filled, by reason', { reason: 'absent' }],
  ['profileClock', 'modbus_profile_missing_total', '', { reason: 'clock' }],
  ['profileNoChannel', 'modbus_profile_missing_total', '', { reason: 'no_channel' }],
  ['profileFailed', 'modbus_profile_missing_total', '', { reason: 'failed' }],
  ['busyMs', 'modbus_busy_milliseconds_total', 'Time with a request under way', {}],
] as const satisfies readonly (readonly [keyof BusStats, string, string, object])[];

/** Carries the buses' own numbers over to Prometheus, in one go for all that happened since the last time. */
export class StatsExport {
  readonly #counters = new Map<string, Counter<'bus' | 'reason'>>();
  readonly #carried = new Map<BusStats, BusStats>();
  readonly #readSeconds: Histogram;
  readonly #devices: Gauge<'state'>;
  readonly #durationsMs = new Float64Array(1024);
  #durations = 0;

  constructor(metrics: Metrics) {
    for (const [, name, help, labels] of COUNTERS) {
      if (this.#counters.has(name)) continue;
      this.#counters.set(name, metrics.counter(name, help, 'reason' in labels ? ['bus', 'reason'] : ['bus']));
    }
    this.#readSeconds = metrics.histogram('modbus_read_seconds', 'Duration of a read of one device', READ_SECONDS);
    this.#devices = metrics.gauge('modbus_devices', 'Devices by state', ['state']);
  }

  /** A read of one device has ended; told with what is carried next. */
  observeRead(durationMs: number): void {
    this.#durationsMs[this.#durations++] = durationMs;
    if (this.#durations === this.#durationsMs.length) this.#carryDurations();
  }

  /** One after the other they cost a quarter of what each costs among other work. */
  #carryDurations(): void {
    for (let index = 0; index < this.#durations; index++)
      this.#readSeconds.observe((this.#durationsMs[index] ?? 0) / 1000);
    this.#durations = 0;
  }

  carry(bus: string, stats: BusStats): void {
    this.#carryDurations();
    const before = this.#carried.get(stats) ?? newBusStats();
    for (const [key, name, , labels] of COUNTERS) {
      const delta = stats[key] - before[key];
      if (delta > 0) this.#counters.get(name)?.inc({ bus, ...labels }, delta);
    }
    this.#carried.set(stats, { ...stats });
  }

  /** A bus has ended: what it counted is carried over for the last time. */
  finish(bus: string, stats: BusStats): void {
    this.carry(bus, stats);
    this.#carried.delete(stats);
  }

  setDevices(state: 'up' | 'down' | 'unknown', count: number): void {
    this.#devices.set({ state }, count);
  }
}
