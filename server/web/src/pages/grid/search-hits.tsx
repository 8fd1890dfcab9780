import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { GridSearch } from '../../contract.ts';
import { SEARCH_HITS } from '../../rest/api.ts';
import { deviceHref, gridHref } from '../../router/route.ts';
import { useServices, useT } from '../../ui/context.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { usePolled } from '../../ui/use-polled.ts';
import { LEVELS } from './selection.ts';

const TYPING_MS = 250;
const EVERY_MS = 30_000;

type Hit = GridSearch['items'][number];

/** What a text finds in the grid, instead of the tree. */
export function SearchHits(props: { readonly text: string }): JSX.Element {
  const { api } = useServices();
  const t = useT();
  const text = useSettled(props.text);
  const { value, error } = usePolled(text, (signal) => api.gridSearch(text, signal), EVERY_MS);
  const n = value?.items.length ?? 0;
  return (
    <div class="grid-hits">
      {error !== undefined && <ErrorNote reason={error} />}
      <p class="panel-note" role="status">
        {value === undefined
          ? t('common.loading')
          : n === SEARCH_HITS
            ? t('grid.hitsMost', { n })
            : t('grid.hits', { n })}
      </p>
      {value && n === 0 && <p class="empty">{t('grid.noHits', { text })}</p>}
      <ul>
        {value?.items.map((hit) => (
          <li key={`${hit.kind} ${hit.id}`}>
            <HitView hit={hit} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function HitView(props: { readonly hit: Hit }): JSX.Element {
  const t = useT();
  const { kind, id, name, area } = props.hit;
  const href = hrefOf(props.hit);
  const text = name ?? id;
  return (
    <>
      <span class="grid-kind">{t(`grid.kind.${kind}`)}</span> {href === undefined ? text : <a href={href}>{text}</a>}{' '}
      {name !== null && <span class="note">{id}</span>}{' '}
      {kind !== 'areas' && area !== null && <a href={gridHref('areas', area)}>{area}</a>}
    </>
  );
}

/** A thing without a view of its own leads to the area it lies in. */
function hrefOf({ kind, id, area }: Hit): string | undefined {
  const level = LEVELS.find((one) => one === kind);
  if (level) return gridHref(level, id);
  if (kind === 'meters') return deviceHref(id);
  return area === null ? undefined : gridHref('areas', area);
}

/** A text once it has not changed for a moment. */
function useSettled(text: string): string {
  const { clock } = useServices();
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = clock.setTimer(TYPING_MS, () => setSettled(text));
    return () => timer.cancel();
  }, [text, clock]);
  return settled;
}
