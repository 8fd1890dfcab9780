import { useEffect, useRef, useState } from 'preact/hooks';
import type { Alert } from '../../contract.ts';
import { useCell, useServices } from '../../ui/context.ts';
import { PERIOD_MS, type Period } from './alert-filter.ts';

export interface AlertHistory {
  readonly alerts: readonly Alert[];
  readonly fromMs: number;
  readonly isLoading: boolean;
  readonly error: string | undefined;
  /** Loads the next page; undefined when there is none. */
  readonly more: (() => void) | undefined;
}

interface Loaded {
  readonly alerts: readonly Alert[];
  readonly fromMs: number;
  readonly next: string | null;
  readonly isLoading: boolean;
  readonly error: string | undefined;
}

const NOTHING: Loaded = { alerts: [], fromMs: 0, next: null, isLoading: false, error: undefined };
const RETRY_MS = 5_000;

/** The alerts of a past period, page by page; nothing for `now`, which the stream knows. */
export function useAlertHistory(period: Period): AlertHistory {
  const { api, time, clock, live } = useServices();
  const isLive = useCell(live.link).phase === 'live';
  const [loaded, setLoaded] = useState<Loaded>(NOTHING);
  const abort = useRef(new AbortController());

  const load = async (fromMs: number, before: readonly Alert[], cursor?: string) => {
    const { signal } = abort.current;
    try {
      const page = await api.alertsSince(new Date(fromMs).toISOString(), cursor, signal);
      if (signal.aborted) return;
      setLoaded({ alerts: [...before, ...page.items], fromMs, next: page.next, isLoading: false, error: undefined });
    } catch (error) {
      if (signal.aborted) return;
      const message = error instanceof Error ? error.message : String(error);
      setLoaded((old) => ({ ...old, isLoading: false, error: message }));
      const timer = clock.setTimer(RETRY_MS, () => void load(fromMs, before, cursor));
      signal.addEventListener('abort', () => timer.cancel());
    }
  };

  useEffect(() => {
    abort.current = new AbortController();
    const nowMs = time.nowMs();
    if (period === 'now') setLoaded(NOTHING);
    else if (isLive && nowMs !== undefined) {
      const fromMs = nowMs - PERIOD_MS[period];
      setLoaded((old) => ({ ...old, fromMs, isLoading: true }));
      void load(fromMs, []);
    }
    return () => abort.current.abort();
  }, [period, isLive]);

  const { next, alerts, fromMs, isLoading, error } = loaded;
  const more = next === null ? undefined : () => void load(fromMs, alerts, next);
  return { alerts, fromMs, isLoading, error, more };
}
