import { useEffect, useRef, useState } from 'preact/hooks';
import { useServices } from '../../ui/context.ts';
import { type ExplanationList, withNewest, withOlder } from './explanation-list.ts';

export interface Explanations {
  /** undefined: not loaded yet. */
  readonly list: ExplanationList | undefined;
  readonly error: string | undefined;
  /** Loads the next page; undefined when there is none. */
  readonly more: (() => void) | undefined;
}

const RETRY_MS = 5_000;
/** The server counts what is explained up to a second before it is written down and listed. */
const WRITTEN_MS = 2_000;

/** Why records of an agent will not come, page by page: asked for at once and whenever their count, `explained`, changes. */
export function useExplanations(agent: string, explained: number): Explanations {
  const { api, clock } = useServices();
  const [list, setList] = useState<ExplanationList | undefined>(undefined);
  const [error, setError] = useState<string | undefined>(undefined);
  const abort = useRef(new AbortController());

  const load = async (signal: AbortSignal, cursor?: string) => {
    try {
      const page = await api.explanations(agent, cursor, signal);
      if (signal.aborted) return;
      setList((known) => (cursor === undefined ? withNewest(known, page) : withOlder(known, page, cursor)));
      setError(undefined);
    } catch (cause) {
      if (signal.aborted) return;
      setError(cause instanceof Error ? cause.message : String(cause));
      const timer = clock.setTimer(RETRY_MS, () => void load(signal, cursor));
      signal.addEventListener('abort', () => timer.cancel());
    }
  };

  useEffect(() => {
    abort.current = new AbortController();
    const { signal } = abort.current;
    void load(signal);
    const again = clock.setTimer(WRITTEN_MS, () => void load(signal));
    return () => {
      again.cancel();
      abort.current.abort();
    };
  }, [agent, explained]);

  const next = list?.next ?? null;
  const more = next === null ? undefined : () => void load(abort.current.signal, next);
  return { list, error, more };
}
