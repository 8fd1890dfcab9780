import { useEffect, useState } from 'preact/hooks';
import { useCell, useServices } from './context.ts';

export interface Polled<T> {
  /** The newest answer; kept while a later question fails. */
  readonly value: T | undefined;
  readonly error: string | undefined;
}

/** Asks the server now and every `everyMs` while the view is there, and at once when the stream returns. */
export function usePolled<T>(key: string, ask: (signal: AbortSignal) => Promise<T>, everyMs: number): Polled<T> {
  const { clock, live } = useServices();
  const [state, setState] = useState<Polled<T> & { readonly key: string }>({ key, value: undefined, error: undefined });
  const isLive = useCell(live.link).phase === 'live';
  useEffect(() => {
    const abort = new AbortController();
    let timer = clock.setTimer(0, () => void again());
    const again = async () => {
      try {
        const value = await ask(abort.signal);
        if (!abort.signal.aborted) setState({ key, value, error: undefined });
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        if (!abort.signal.aborted)
          setState((old) => ({ key, value: old.key === key ? old.value : undefined, error: message }));
      }
      if (!abort.signal.aborted) timer = clock.setTimer(everyMs, () => void again());
    };
    return () => {
      abort.abort();
      timer.cancel();
    };
  }, [key, everyMs, isLive, clock]);
  return state.key === key ? state : { value: undefined, error: undefined };
}
