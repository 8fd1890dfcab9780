import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { useCell, useServices, useT } from '../../ui/context.ts';
import { PageHead } from '../../ui/page-head.tsx';
import { usePolled } from '../../ui/use-polled.ts';
import { DiagramPanel } from './diagram-panel.tsx';
import { FindingsPanel } from './findings-panel.tsx';
import { selectionOf } from './selection.ts';
import { TreePanel } from './tree-panel.tsx';

const EVERY_MS = 30_000;

/** The grid: what is supplied by what, a one-line diagram of what is chosen, and what does not fit together. */
export function GridPage(): JSX.Element {
  const t = useT();
  const { api, router, isNothingCurrent } = useServices();
  const { query } = useCell(router.place);
  const isOld = useCell(isNothingCurrent);
  const show = query.get('show');
  const selection = useMemo(() => selectionOf(show), [show]);
  const tree = usePolled('grid', (signal) => api.gridTree(signal), EVERY_MS);
  return (
    <div class={isOld ? 'is-old' : undefined}>
      <PageHead title={t('grid.title')} />
      <div class="grid-page">
        <TreePanel tree={tree} selection={selection} />
        <DiagramPanel tree={tree.value} selection={selection} />
        <FindingsPanel />
      </div>
    </div>
  );
}
