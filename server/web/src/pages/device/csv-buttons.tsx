import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ChartFeed } from '../../charts/chart-feed.ts';
import { isAveraged } from '../../charts/plan.ts';
import { everyOf } from '../../charts/range.ts';
import type { ReadingsRequest } from '../../rest/api.ts';
import { useServices, useT } from '../../ui/context.ts';

/** Saves the charted readings as files: as the buckets that are shown, or as they were taken. */
export function CsvButtons(props: { readonly id: string; readonly feed: ChartFeed }): JSX.Element {
  const { api } = useServices();
  const t = useT();
  const [note, setNote] = useState('');
  const save = async (asTaken: boolean) => {
    const request = csvRequest(props.id, props.feed, asTaken);
    if (!request) return;
    try {
      saveFile(await api.readingsCsv(request), fileName(request));
      setNote(t('chart.csvDone'));
    } catch (error) {
      setNote(t('chart.csvFailed', { reason: error instanceof Error ? error.message : String(error) }));
    }
  };
  return (
    <span class="csv">
      <span class="note" role="status">
        {note}
      </span>
      <button type="button" onClick={() => void save(false)}>
        {t('chart.csv')}
      </button>
      <button type="button" onClick={() => void save(true)}>
        {t('chart.csvRaw')}
      </button>
    </span>
  );
}

export function csvRequest(device: string, feed: ChartFeed, asTaken: boolean): ReadingsRequest | undefined {
  const window = feed.window();
  const { metrics, range } = feed.selection;
  if (!window || metrics.length === 0) return undefined;
  const base = { device, metrics, ...window };
  const every = everyOf(range);
  if (asTaken || every === undefined) return base;
  // One column of a file has one meaning: means only when all of it has means.
  return { ...base, every, aggregate: metrics.every(isAveraged) ? 'mean' : 'last' };
}

function fileName(request: ReadingsRequest): string {
  const stamp = (timeMs: number) => new Date(timeMs).toISOString().slice(0, 19).replaceAll(':', '');
  const device = request.device.replaceAll(/[^\w.-]/g, '_');
  return `${device}_${stamp(request.fromMs)}Z_${stamp(request.toMs)}Z${request.every === undefined ? '' : `_${request.every}`}.csv`;
}

function saveFile(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
