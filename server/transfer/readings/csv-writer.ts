import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { createGzip, type Gzip } from 'node:zlib';
import { GOOD, qualityOf } from '../../../edge/protocol/quality.ts';
import { ORIGINS } from '../../store/telemetry-store.ts';
import type { ExportRows, ReadingWriter } from './export-writer.ts';

const HEADER = 'device,time,metric,value,quality,origin\n';
/** Characters that are handed over at a time. */
const PIECE_CHARS = 256 * 1024;

/**
 * Long CSV (RFC 4180), UTF-8, times in UTC with milliseconds; the value of a reading that is not good is empty. Ids are
 * written as they are, also one that begins with `=`: the file is for machines.
 */
export class CsvWriter implements ReadingWriter {
  readonly #path: string;
  readonly #file: WriteStream;
  readonly #gzip: Gzip | undefined;
  readonly #done: Promise<void>;
  #piece = HEADER;

  private constructor(path: string, file: WriteStream, gzip: Gzip | undefined) {
    this.#path = path;
    this.#file = file;
    this.#gzip = gzip;
    this.#done = finished(file);
    // Told where it is waited for.
    this.#done.catch(() => undefined);
    gzip?.pipe(file);
  }

  static async open(path: string, isCompressed: boolean): Promise<CsvWriter> {
    const file = createWriteStream(path, { mode: 0o644 });
    await once(file, 'open');
    return new CsvWriter(path, file, isCompressed ? createGzip({ level: 4 }) : undefined);
  }

  async write(rows: readonly ExportRows[]): Promise<void> {
    for (const one of rows) {
      const device = field(one.device);
      const end = `,${field(one.metric)},`;
      for (let i = 0; i < one.timeMs.length; i++) {
        this.#piece += `${device},${new Date(one.timeMs[i] ?? 0).toISOString()}${end}${tailOf(one, i)}\n`;
        if (this.#piece.length >= PIECE_CHARS) await this.#flush();
      }
    }
  }

  async finish(): Promise<void> {
    await this.#flush();
    (this.#gzip ?? this.#file).end();
    await this.#done;
    const handle = await open(this.#path, 'r+');
    await handle.sync().finally(() => handle.close());
  }

  async close(): Promise<void> {
    this.#gzip?.destroy();
    this.#file.destroy();
  }

  async #flush(): Promise<void> {
    const target = this.#gzip ?? this.#file;
    const piece = this.#piece;
    this.#piece = '';
    // A file that fails never drains: its end is waited for, too.
    if (!target.write(piece)) await Promise.race([once(target, 'drain'), this.#done]);
  }
}

function tailOf({ value, quality, origin }: ExportRows, i: number): string {
  const code = quality[i] ?? GOOD;
  const text = code === GOOD ? String(value[i]) : '';
  return `${text},${qualityOf(code)},${ORIGINS[origin[i] ?? 0] ?? ''}`;
}

function field(text: string): string {
  return /[",\r\n;\t|]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
