import { addReading } from './long-rows.ts';
import type { BatchBuilder } from './reading-batch.ts';
import type { ReadingTimes } from './reading-time.ts';

/** One JSON object a line: `device`, `time` (text or milliseconds), `metric`, `value` (a number or null), `quality`. */
export class JsonRows {
  readonly #times: ReadingTimes;

  constructor(times: ReadingTimes) {
    this.#times = times;
  }

  read(text: string, batch: BatchBuilder): void {
    const value = parsed(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      batch.refuse('it is no JSON object; one a line is expected');
      return;
    }
    const row: { device?: unknown; time?: unknown; metric?: unknown; value?: unknown; quality?: unknown } = value;
    if (typeof row.device !== 'string') {
      batch.refuse('device is no text');
      return;
    }
    if (typeof row.metric !== 'string') {
      batch.refuse('metric is no text');
      return;
    }
    if (typeof row.value !== 'number' && row.value !== null && row.value !== undefined) {
      batch.refuse('value is no number');
      return;
    }
    if (row.quality !== undefined && row.quality !== null && typeof row.quality !== 'string') {
      batch.refuse('quality is no text');
      return;
    }
    const timeMs = this.#timeOf(row.time);
    if (typeof timeMs === 'string') {
      batch.refuse(timeMs);
      return;
    }
    addReading(
      batch,
      row.device,
      row.metric,
      timeMs,
      row.value === null || row.value === undefined ? '' : String(row.value),
      row.quality ?? '',
    );
  }

  #timeOf(time: unknown): number | string {
    if (typeof time === 'number') return Number.isFinite(time) ? Math.floor(time) : 'time is no number';
    return typeof time === 'string' ? this.#times.read(time) : 'time is neither text nor a number of milliseconds';
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
