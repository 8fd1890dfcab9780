import type { JSX } from 'preact';
import type { GridTree } from '../../contract.ts';
import { withQuery } from '../../router/route.ts';
import { useCell, useServices, useT } from '../../ui/context.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Panel } from '../../ui/panel.tsx';
import type { Polled } from '../../ui/use-polled.ts';
import { SearchHits } from './search-hits.tsx';
import type { Selection } from './selection.ts';
import { TreeView } from './tree-view.tsx';
import { useGridTree } from './use-grid-tree.ts';

interface TreePanelProps {
  readonly tree: Polled<GridTree>;
  readonly selection: Selection | undefined;
}

/** The grid as a tree, or what a search finds in it; the text of the search stands in the address. */
export function TreePanel(props: TreePanelProps): JSX.Element {
  const t = useT();
  const { router } = useServices();
  const { query } = useCell(router.place);
  const { value, error } = props.tree;
  const text = query.get('q') ?? '';
  return (
    <Panel id="grid-tree" class="area-tree" title={t('grid.tree')}>
      <search class="grid-search">
        <label class="field">
          <span>{t('grid.search')}</span>
          <input
            type="search"
            value={text}
            placeholder={t('grid.searchHint')}
            maxLength={200}
            onInput={(event) => router.replace(withQuery('/grid', query, { q: event.currentTarget.value }))}
          />
        </label>
      </search>
      {error !== undefined && <ErrorNote reason={error} />}
      {value === undefined && error === undefined && <p class="empty">{t('common.loading')}</p>}
      {value?.districts.length === 0 && <p class="empty">{t('grid.empty')}</p>}
      {value && value.districts.length > 0 && (
        <TreeOrHits tree={value} text={text.trim()} selection={props.selection} />
      )}
    </Panel>
  );
}

function TreeOrHits(props: {
  readonly tree: GridTree;
  readonly text: string;
  readonly selection: Selection | undefined;
}): JSX.Element {
  // Above the choice between the two, so that what was opened is open when the search is over.
  const open = useGridTree(props.tree, props.selection);
  return props.text === '' ? <TreeView open={open} selection={props.selection} /> : <SearchHits text={props.text} />;
}
