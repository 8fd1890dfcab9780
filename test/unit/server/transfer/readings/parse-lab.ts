import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { qualityOf } from '../../../../../edge/protocol/quality.ts';
import { parseFile } from '../../../../../server/transfer/readings/parse-file.ts';
import { formatOfName, type ReadPlan } from '../../../../../server/transfer/readings/parse-plan.ts';
import type { FileSeries, ReadingBatch } from '../../../../../server/transfer/readings/reading-batch.ts';

/** 2026-03-10T12:00:00Z. */
export const NOW_MS = Date.UTC(2026, 2, 10, 12);
const YEAR_MS = 366 * 86_400_000;

export interface ParsedReading {
  readonly device: string;
  readonly metric: string;
  readonly time: string;
  readonly value: number;
  readonly quality: string;
  readonly line: number;
}

export interface Parsed {
  readonly readings: readonly ParsedReading[];
  /** `line: reason` */
  readonly refused: readonly string[];
  readonly missing: number;
  readonly records: number;
  readonly batches: readonly ReadingBatch[];
}

/** A folder for files to parse. */
export class ParseLab {
  readonly folder = mkdtempSync(join(tmpdir(), 'gridwarden-parse-'));

  write(name: string, content: string | Uint8Array): string {
    const file = join(this.folder, name);
    writeFileSync(file, content);
    return file;
  }

  /** Parses content as a file of this name. Times may be from 20 years before noon to five minutes after. */
  parse(content: string | Uint8Array, plan: Partial<ReadPlan> = {}, name = 'file.csv'): Promise<Parsed> {
    return this.parseFile(this.write(name, content), plan);
  }

  async parseFile(file: string, plan: Partial<ReadPlan> = {}): Promise<Parsed> {
    const keptFromMs = { fast: NOW_MS - 20 * YEAR_MS, registers: NOW_MS - 20 * YEAR_MS };
    const full: ReadPlan = {
      format: formatOfName(file),
      encoding: 'auto',
      timeZone: undefined,
      mapping: undefined,
      kind: 'meter',
      ...plan,
    };
    const limits = { keptFromMs, untilMs: NOW_MS + 300_000 };
    const batches: ReadingBatch[] = [];
    for await (const batch of parseFile({ file, plan: full, limits }, () => undefined)) batches.push(batch);
    return collected(batches);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function collected(batches: readonly ReadingBatch[]): Parsed {
  const series: FileSeries[] = [];
  const readings: ParsedReading[] = [];
  for (const batch of batches) {
    series.push(...batch.newSeries);
    for (let i = 0; i < batch.length; i++) {
      const one = series[batch.series[i] ?? -1];
      readings.push({
        device: one?.device ?? '?',
        metric: one?.metric ?? '?',
        time: new Date(batch.timeMs[i] ?? 0).toISOString(),
        value: batch.value[i] ?? 0,
        quality: qualityOf(batch.quality[i] ?? 255),
        line: batch.line[i] ?? 0,
      });
    }
  }
  return {
    readings,
    refused: batches.flatMap(({ refusals }) => refusals.map(({ line, reason }) => `${line}: ${reason}`)),
    missing: batches.reduce((sum, { missing }) => sum + missing, 0),
    records: batches.reduce((sum, { records }) => sum + records, 0),
    batches,
  };
}
