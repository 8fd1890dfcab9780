import { createContext } from 'preact';
import { useContext, useLayoutEffect, useMemo, useReducer } from 'preact/hooks';
import type { Services } from '../app/services.ts';
import type { Cell } from '../core/cell.ts';
import { formatFullTime, formatTime } from '../format/zone.ts';
import type { Language } from '../i18n/language.ts';
import { type Translate, translate } from '../i18n/translate.ts';

export const ServicesContext = createContext<Services | undefined>(undefined);

export function useServices(): Services {
  const services = useContext(ServicesContext);
  if (!services) throw new Error('a view was rendered outside of the page');
  return services;
}

/** The value of a cell; the view is rendered again when it changes. */
export function useCell<T>(cell: Cell<T>): T {
  const [, again] = useReducer((count: number) => count + 1, 0);
  const value = cell.value;
  useLayoutEffect(() => {
    if (!Object.is(cell.value, value)) again(undefined);
    return cell.watch(() => again(undefined));
  }, [cell]);
  return value;
}

export function useLanguage(): Language {
  return useCell(useServices().preferences.language);
}

export function useT(): Translate {
  const language = useLanguage();
  return useMemo<Translate>(() => (key, parameters) => translate(language, key, parameters), [language]);
}

/** Grid time, once a second; undefined before the server told it. */
export function useGridNow(): number | undefined {
  const { tick, time } = useServices();
  useCell(tick);
  return time.nowMs();
}

export interface TimeTexts {
  /** `2026-01-31 08:00:05` in district time. */
  readonly short: (timeMs: number) => string;
  /** With the UTC offset. */
  readonly full: (timeMs: number) => string;
  readonly timeZone: string;
}

export function useTimeTexts(): TimeTexts {
  const { timeZone } = useCell(useServices().server);
  return useMemo(
    () => ({
      short: (timeMs) => formatTime(timeMs, timeZone),
      full: (timeMs) => formatFullTime(timeMs, timeZone),
      timeZone,
    }),
    [timeZone],
  );
}
