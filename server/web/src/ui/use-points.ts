import { useEffect, useMemo, useReducer } from 'preact/hooks';
import { PointTable } from '../live/point-table.ts';
import { useServices } from './context.ts';

export interface PointFilter {
  readonly devices?: readonly string[];
  readonly metrics?: readonly string[];
  /** Most frames a second. */
  readonly maxRate: number;
}

/** The live points that fit the filter, for as long as the view is there; the view is not rendered again by them. */
export function usePointTable(filter: PointFilter, onFrame?: (table: PointTable) => void): PointTable {
  const { live, devices } = useServices();
  const key = JSON.stringify(filter);
  const table = useMemo(() => new PointTable(), [key]);
  useEffect(() => {
    if (filter.devices?.length === 0) return;
    return live.subscribe({
      request: () => ({
        topic: 'points',
        maxRate: filter.maxRate,
        ...(filter.devices && { devices: [...filter.devices] }),
        ...(filter.metrics && { metrics: [...filter.metrics] }),
      }),
      onReset: () => table.reset(),
      onMessage: (message) => {
        if (message.type !== 'snapshot' && message.type !== 'points') return;
        devices.note(table, message);
        onFrame?.(table);
      },
    });
  }, [live, table]);
  return table;
}

/** Returns a function that has the view rendered with the next animation frame, once however often it is called. */
export function useFrame(): () => void {
  const [, again] = useReducer((count: number) => count + 1, 0);
  const frame = useMemo(() => ({ handle: 0 }), []);
  useEffect(() => () => cancelAnimationFrame(frame.handle), [frame]);
  return useMemo(
    () => () => {
      if (frame.handle !== 0) return;
      frame.handle = requestAnimationFrame(() => {
        frame.handle = 0;
        again(undefined);
      });
    },
    [frame],
  );
}
