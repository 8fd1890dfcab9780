import type { JSX } from 'preact';
import { CSV_ROWS, explanationsCsvHref } from '../../rest/api.ts';
import { useT } from '../../ui/context.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Panel } from '../../ui/panel.tsx';
import { type ExplanationList, reasonText } from './explanation-list.ts';
import { ExplanationTable } from './explanation-table.tsx';
import { useExplanations } from './use-explanations.ts';

/** Which records of an agent are given up: why, whose, and of when. `explained` is how many the account counts. */
export function ExplanationsPanel(props: { readonly id: string; readonly explained: number }): JSX.Element {
  const t = useT();
  const { list, error, more } = useExplanations(props.id, props.explained);
  const isEmpty = list?.items.length === 0;
  return (
    <Panel
      id="explanations"
      class="area-explanations"
      title={t('explained.title', { name: props.id })}
      aside={list && !isEmpty && <Shown id={props.id} list={list} />}
    >
      {error !== undefined && <ErrorNote reason={error} />}
      {list === undefined && error === undefined && <p class="empty">{t('common.loading')}</p>}
      {isEmpty && list.folded.length === 0 && <p class="empty">{t('explained.none')}</p>}
      {list && !isEmpty && <ExplanationTable items={list.items} />}
      {more && (
        <p class="panel-note">
          <button type="button" onClick={more}>
            {t('common.more')}
          </button>
        </p>
      )}
      {list && list.folded.length > 0 && <FoldedNote folded={list.folded} />}
    </Panel>
  );
}

function Shown(props: { readonly id: string; readonly list: ExplanationList }): JSX.Element {
  const t = useT();
  const { items, total } = props.list;
  return (
    <span class="csv">
      <span class="note" role="status">
        {t('explained.shown', { n: items.length, total })}
      </span>
      <a href={explanationsCsvHref(props.id)} download>
        {total > CSV_ROWS ? t('explained.csvLatest', { n: CSV_ROWS }) : t('explained.csv')}
      </a>
    </span>
  );
}

/** Explanations that are too old or too many to be kept one by one. */
function FoldedNote(props: { readonly folded: ExplanationList['folded'] }): JSX.Element {
  const t = useT();
  const lines = props.folded.flatMap(({ reason, explanations, records, deviceValues }) => {
    const words = reasonText(t, reason);
    return [
      ...(explanations > 0 ? [t('explained.foldedRecords', { reason: words, n: records, explanations })] : []),
      ...(deviceValues > 0 ? [t('explained.foldedValues', { reason: words, n: deviceValues })] : []),
    ];
  });
  return (
    <div class="panel-note">
      <p class="note">{t('explained.folded')}</p>
      <ul class="note">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </div>
  );
}
