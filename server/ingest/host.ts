import type { Losses } from '../../edge/protocol/losses.ts';
import type { Range } from '../../edge/protocol/ranges.ts';
import type { LiveState } from '../live/live-state.ts';
import type { IngestProblem } from './problems.ts';

/** A health report in one line. */
export interface HealthReport {
  readonly ok: boolean;
  readonly reason: string;
}

/** Historical readings of a device that are now in the store. */
export interface Backfill {
  readonly device: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** How far the delivery of an agent's records is: `taken = stored + waiting + explained`, in records, as of one n. */
export interface DeliveryReport {
  readonly taken: number;
  readonly stored: number;
  readonly waiting: number;
  readonly explained: number;
  /** Values that the store refused and that are set aside, all time. */
  readonly rejectedValues: number;
  /** Records that the edge holds in memory only, because its disk is full. */
  readonly unprotected: number;
  readonly asOfMs: number;
  readonly epochs: readonly { readonly epoch: string; readonly lastN: number; readonly stored: readonly Range[] }[];
}

/** Records of an agent that will not come, with the reason; one unbroken range of numbers. */
export interface ExplainedRecords {
  readonly epoch: string;
  readonly range: Range;
  /** A reason of the agent's, or `lost`, `settled_elsewhere`, `settled_before`, `lost_by_restore` of the host's own finding. */
  readonly reason: string;
  /** Empty: not known, any device of the agent. */
  readonly devices: readonly string[];
  /** First and last reading time; both 0 when they are not known. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Grid time at which the host wrote it down. */
  readonly explainedMs: number;
  /**
   * The values that went with them, as the agent counted them; undefined when it did not, or could not read them any more.
   * Where the host had some of the records all the same it is too much, and stands at the first range of those it had not.
   */
  readonly losses?: Losses | undefined;
}

/** Where a page of explanations ended: they follow each other by time, the latest first, then by epoch and number. */
export interface ExplanationPlace {
  readonly explainedMs: number;
  readonly epoch: string;
  readonly firstN: number;
}

export interface ExplanationsRequest {
  readonly limit: number;
  readonly after: ExplanationPlace | undefined;
}

/** Explanations of one reason that are not kept one by one any more. */
export interface FoldedExplanations {
  readonly reason: string;
  readonly explanations: number;
  readonly records: number;
  /** Lost with them, where agents have counted them. */
  readonly values: number;
  /** Values that are not kept by device and metric any more. */
  readonly deviceValues: number;
  /** First and last reading time of all; undefined when none was known. */
  readonly fromMs?: number;
  readonly toMs?: number;
}

export interface ExplanationsPart {
  readonly items: readonly ExplainedRecords[];
  /** How many there are, on all pages. */
  readonly total: number;
  readonly hasMore: boolean;
  readonly folded: readonly FoldedExplanations[];
}

/** Values of one metric of a device that will not come, over all explanations of one reason. */
export interface LostValues {
  readonly agent: string;
  readonly reason: string;
  readonly metric: string;
  readonly values: number;
  /** First and last reading time of the records that the explanations are about. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** A point that was received and waits for the store. */
export interface PendingPoint {
  readonly series: number;
  readonly timeMs: number;
  readonly value: number;
  readonly quality: number;
  /** Code of `ORIGINS`. */
  readonly origin: number;
}

/** The Sparkplug host application as the rest of the server sees it. */
export interface SparkplugHost {
  readonly state: LiveState;
  broker(): HealthReport;
  /**
   * Asks a node (and with it its devices) or one device to be born again.
   * @throws GridwardenError NOT_FOUND, BROKER_UNREACHABLE
   */
  requestRebirth(agent: string, device?: string): Promise<void>;
  /**
   * Publishes a command that writes a metric with the data type of its birth.
   * @throws GridwardenError NOT_FOUND, REQUEST_INVALID, BROKER_UNREACHABLE
   */
  writeMetric(
    agent: string,
    device: string | undefined,
    metric: string,
    value: number | string | boolean | null,
  ): Promise<void>;
  delivery(agent: string): DeliveryReport | undefined;
  /** What `explained` of the delivery stands for, the latest first. */
  explanations(agent: string, request: ExplanationsRequest): ExplanationsPart;
  /** What was lost of a device, where agents have counted it. */
  lostValues(device: string): readonly LostValues[];
  /** Newest reading time up to which everything received is stored; with what waits, for answers with readings. */
  storedUntilMs(): number;
  pending(series: ReadonlySet<number>, fromMs: number, toMs: number): readonly PendingPoint[];
  onBackfill(listener: (backfill: Backfill) => void): () => void;
  /** What was not as it should be in what publishers sent, the latest first; bounded. */
  problems(): readonly IngestProblem[];
}
