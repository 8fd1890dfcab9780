import type { JSX } from 'preact';
import { formatAge } from '../format/age.ts';
import { useGridNow, useLanguage, useT, useTimeTexts } from './context.ts';

/** How long ago something was, in grid time, counting on; the moment itself as a hint. */
export function Age(props: { readonly timeMs: number | null | undefined }): JSX.Element {
  const nowMs = useGridNow();
  const language = useLanguage();
  const t = useT();
  const time = useTimeTexts();
  const { timeMs } = props;
  if (timeMs === null || timeMs === undefined || timeMs === 0) return <span class="age">{t('common.never')}</span>;
  return (
    <time class="age" dateTime={new Date(timeMs).toISOString()} title={time.full(timeMs)}>
      {nowMs === undefined ? time.short(timeMs) : formatAge(nowMs - timeMs, language)}
    </time>
  );
}

/** A moment in district time; with its UTC offset as a hint. */
export function Moment(props: { readonly timeMs: number | null | undefined }): JSX.Element {
  const time = useTimeTexts();
  const t = useT();
  const { timeMs } = props;
  if (timeMs === null || timeMs === undefined || timeMs === 0) return <span>{t('common.none')}</span>;
  return (
    <time class="moment" dateTime={new Date(timeMs).toISOString()} title={time.full(timeMs)}>
      {time.short(timeMs)}
    </time>
  );
}
