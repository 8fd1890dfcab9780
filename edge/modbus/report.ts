import type { FunctionCode } from '../profiles/schema.ts';
import type { PollClass } from '../protocol/quantities.ts';
import type { DeviceHealth } from '../reading.ts';
import type { LineFault } from './transport/rtu-frames.ts';

/** One request of a device's plan. */
export interface BlockReport {
  readonly functionCode: FunctionCode;
  readonly address: number;
  readonly count: number;
}

/** Addresses that a device answered with "illegal address", both ends included. */
export interface HoleReport {
  readonly functionCode: FunctionCode;
  readonly from: number;
  readonly to: number;
  readonly learnedAtMs: number;
}

/** A device on a bus, for status pages. */
export interface BusDeviceReport {
  readonly id: string;
  readonly unit: number;
  readonly model: string;
  /** Undefined until the first read has ended. */
  readonly health?: DeviceHealth;
  readonly intervalsMs: Partial<Record<PollClass, number>>;
  /** What a read of all its poll classes together asks for. */
  readonly blocks: readonly BlockReport[];
  readonly learnedHoles: readonly HoleReport[];
  /** The most registers that the device answers at once, where it was found to be less than its model says. */
  readonly longestRead?: number;
  /** Grid time of the last read with at least one good value. */
  readonly lastGoodMs?: number;
  /** Usual duration of a read. */
  readonly usualMs?: number;
  readonly missedDeadlines: number;
}

/** A bus and what it did since the start, for status pages. */
export interface BusReport {
  readonly id: string;
  readonly transport: 'tcp' | 'rtu' | 'rtu-over-tcp';
  /** `host:port` or the serial device. */
  readonly address: string;
  readonly connected: boolean;
  /** Grid time. */
  readonly connectedSinceMs?: number;
  /** Why it is not connected. */
  readonly problem?: string;
  readonly requests: number;
  readonly timeouts: number;
  readonly exceptions: number;
  readonly malformed: number;
  /** Requests that a lost connection ended. */
  readonly connectionFailures: number;
  readonly connects: number;
  /** What was on the serial line and was no answer to the request under way; for buses on serial lines. */
  readonly lineFaults?: Readonly<Record<LineFault, number>>;
  readonly missedDeadlines: number;
  /** Share of the time that a request was under way, 0 to 1. */
  readonly busyShare: number;
  readonly devices: readonly BusDeviceReport[];
}

/** How the devices of all buses are polled, in short. */
export interface PollUsage {
  /** Usual duration of a read, ms, of each device that was read. */
  readonly usualMs: readonly number[];
  /** Deadlines without a read. */
  readonly missed: number;
}
