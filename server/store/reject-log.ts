import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { GridwardenError, messageOf, systemCodeOf } from '../../edge/platform/errors.ts';
import { qualityOf } from '../../edge/protocol/quality.ts';
import { type CommitRequest, ORIGINS, type RejectedPoint, type Series } from './telemetry-store.ts';

/** Names of the files. */
export const REJECT_FILE = /^rejects-([0-9]{8})\.jsonl$/;

export interface RejectLimits {
  readonly maxFileBytes: number;
  readonly maxFiles: number;
}

const DEFAULT_LIMITS: RejectLimits = { maxFileBytes: 16 * 2 ** 20, maxFiles: 16 };

/** One refused point as it is written down. */
export interface RejectEntry {
  readonly reason: string;
  readonly device: string | null;
  readonly metric: string | null;
  readonly timeUs: number | null;
  readonly value: number | null;
  readonly quality: string;
  readonly origin: string;
  readonly node: string | null;
  readonly epoch: string | null;
  readonly n: number | null;
}

/**
 * Points that a store refused, one JSON object a line, in numbered files of a folder. Bounded: when there are too many files
 * the oldest is removed and counted.
 */
export class RejectLog {
  readonly folder: string;
  readonly #limits: RejectLimits;
  /** Files removed because the folder was full. */
  removedFiles = 0;

  constructor(folder: string, limits: RejectLimits = DEFAULT_LIMITS) {
    this.folder = folder;
    this.#limits = limits;
  }

  /**
   * Writes entries; they are on disk when it returns.
   * @throws GridwardenError DISK_FULL, DIRECTORY_UNWRITABLE
   */
  write(entries: readonly RejectEntry[], atMs: number): void {
    if (entries.length === 0) return;
    const at = new Date(atMs).toISOString();
    const text = entries.map((entry) => `${JSON.stringify({ at, ...entry })}\n`).join('');
    try {
      mkdirSync(this.folder, { recursive: true });
      const handle = openSync(join(this.folder, this.#currentFile()), 'a');
      try {
        writeSync(handle, text);
        fsyncSync(handle);
      } finally {
        closeSync(handle);
      }
    } catch (cause) {
      const code = systemCodeOf(cause) === 'ENOSPC' ? 'DISK_FULL' : 'DIRECTORY_UNWRITABLE';
      throw new GridwardenError(code, `Rejected values cannot be kept in ${this.folder}: ${messageOf(cause)}`, {
        cause,
      });
    }
  }

  #currentFile(): string {
    const files = readdirSync(this.folder)
      .filter((name) => REJECT_FILE.test(name))
      .sort();
    const last = files.at(-1);
    if (last !== undefined && statSync(join(this.folder, last)).size < this.#limits.maxFileBytes) return last;
    while (files.length >= this.#limits.maxFiles) {
      rmSync(join(this.folder, files.shift() ?? ''), { force: true });
      this.removedFiles += 1;
    }
    const number = last === undefined ? 1 : Number(REJECT_FILE.exec(last)?.[1]) + 1;
    return `rejects-${String(number).padStart(8, '0')}.jsonl`;
  }
}

/** What is known of refused points, ready to be written down. */
export function rejectEntries(
  { points, streams }: CommitRequest,
  rejected: readonly RejectedPoint[],
  seriesAt: (number: number) => Series | undefined,
): RejectEntry[] {
  return rejected.map(({ index, reason }) => {
    const series = seriesAt(points.series[index] ?? -1);
    const stream = streams[points.stream[index] ?? -1]?.stream;
    return {
      reason,
      device: series?.device ?? null,
      metric: series?.metric ?? null,
      timeUs: finiteOrNull(points.timeUs[index]),
      value: finiteOrNull(points.value[index]),
      quality: qualityOf(points.quality[index] ?? 0),
      origin: ORIGINS[points.origin[index] ?? 0] ?? 'unknown',
      node: stream?.node ?? null,
      epoch: stream?.epoch ?? null,
      n: stream ? finiteOrNull(points.n[index]) : null,
    };
  });
}

function finiteOrNull(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
