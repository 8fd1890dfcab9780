import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { GridFindings } from '../../contract.ts';
import { formatCount } from '../../format/number.ts';
import { isMessageKey } from '../../i18n/translate.ts';
import { deviceHref, gridHref } from '../../router/route.ts';
import { useLanguage, useServices, useT } from '../../ui/context.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Select } from '../../ui/select.tsx';
import { usePolled } from '../../ui/use-polled.ts';
import { LEVELS } from './selection.ts';

const EVERY_MS = 30_000;

type Finding = GridFindings['items'][number];

/** What does not fit together in the grid, and between the grid and what reports; by kind, page by page. */
export function FindingsPanel(): JSX.Element {
  const t = useT();
  const { api } = useServices();
  const [code, setCode] = useState('');
  const { value, error } = usePolled(
    `findings ${code}`,
    (signal) => api.gridFindings(code, undefined, signal),
    EVERY_MS,
  );
  const { items, more } = useMore(code, value);
  const counts = Object.entries(value?.counts ?? {}).filter(([, n]) => n > 0);
  const options = counts.map(([name, n]) => ({ value: name, text: `${codeText(name, t)} (${formatCount(n)})` }));
  return (
    <Panel
      id="grid-findings"
      class="area-findings"
      title={t('grid.findings')}
      aside={value && <Shown shown={items.length} all={value.total} />}
    >
      {error !== undefined && <ErrorNote reason={error} />}
      {value === undefined && error === undefined && <p class="empty">{t('common.loading')}</p>}
      {value && counts.length > 0 && (
        <div class="grid-filter">
          <Select
            label={t('grid.findingsKind')}
            value={code}
            options={[{ value: '', text: t('common.all') }, ...options]}
            onChange={setCode}
          />
        </div>
      )}
      {value && items.length === 0 && <p class="empty">{t('grid.findingsNone')}</p>}
      {items.length > 0 && <FindingTable items={items} />}
      {more && (
        <p class="panel-note">
          <button type="button" onClick={more}>
            {t('common.more')}
          </button>
        </p>
      )}
    </Panel>
  );
}

function Shown(props: { readonly shown: number; readonly all: number }): JSX.Element {
  const t = useT();
  return <span class="note">{t('grid.findingsShown', { shown: formatCount(props.shown), n: props.all })}</span>;
}

/** The first page as it is now, and those after it that were asked for. */
function useMore(code: string, first: GridFindings | undefined) {
  const { api } = useServices();
  const [later, setLater] = useState<readonly GridFindings[]>([]);
  useEffect(() => setLater([]), [code, first]);
  const next = (later.at(-1) ?? first)?.next ?? null;
  const load = async (cursor: string) => {
    const page = await api.gridFindings(code, cursor).catch(() => undefined);
    if (page) setLater((old) => [...old, page]);
  };
  return {
    items: [first, ...later].flatMap((page) => page?.items ?? []),
    more: next === null ? undefined : () => void load(next),
  };
}

function FindingTable(props: { readonly items: readonly Finding[] }): JSX.Element {
  const t = useT();
  const language = useLanguage();
  return (
    <div class="table-scroll">
      <table class="table findings">
        <thead>
          <tr>
            <th scope="col" class="col-kind">
              {t('grid.findingsKind')}
            </th>
            <th scope="col" class="col-subject">
              {t('grid.subject')}
            </th>
            <th scope="col">{t('grid.finding')}</th>
          </tr>
        </thead>
        <tbody>
          {props.items.map((one) => (
            <tr key={[one.code, one.subject.kind, one.subject.id, ...one.related].join(' ')} data-code={one.code}>
              <td>{codeText(one.code, t)}</td>
              <th scope="row">
                <Subject subject={one.subject} />
              </th>
              <td>{one.text[language]}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Subject({ subject }: Pick<Finding, 'subject'>): JSX.Element {
  const t = useT();
  const { kind, id } = subject;
  const level = LEVELS.find((one) => one === kind);
  const href = level ? gridHref(level, id) : kind === 'meters' || kind === 'devices' ? deviceHref(id) : undefined;
  return (
    <>
      <span class="grid-kind">{t(`grid.kind.${kind}`)}</span> {href === undefined ? id : <a href={href}>{id}</a>}
    </>
  );
}

/** A code of a newer server stands for itself. */
function codeText(code: string, t: ReturnType<typeof useT>): string {
  const key = `grid.code.${code}`;
  return isMessageKey(key) ? t(key) : code;
}
