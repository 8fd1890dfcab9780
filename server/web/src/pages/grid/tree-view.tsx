import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { deviceHref, gridHref } from '../../router/route.ts';
import { useServices, useT } from '../../ui/context.ts';
import { useVirtualRows } from '../../ui/use-virtual-rows.ts';
import { branchKey, LEVELS, type Selection } from './selection.ts';
import { moved, type TreeRow } from './tree-rows.ts';
import type { OpenTree } from './use-grid-tree.ts';

const ROW_PX = 28;

interface TreeViewProps {
  readonly open: OpenTree;
  readonly selection: Selection | undefined;
}

/** The tree, of which only the rows in sight are in the page; the arrow keys walk it, Enter shows what a row names. */
export function TreeView(props: TreeViewProps): JSX.Element {
  const t = useT();
  const { router } = useServices();
  const { rows, toggle } = props.open;
  const box = useRef<HTMLDivElement>(null);
  const selected = props.selection && branchKey(props.selection.level, props.selection.id);
  const [active, setActive] = useState<string | undefined>(undefined);
  const at = rows.findIndex(({ key }) => key === (active ?? selected));
  const { first, end } = useVirtualRows(box, rows.length, ROW_PX);
  useRowInSight(box, at);

  const show = (row: TreeRow) => {
    const href = hrefOf(row);
    if (href !== undefined) router.go(href);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const row = rows[at];
    const move = moved(rows, at, event.key);
    if (move && 'to' in move) setActive(rows[move.to]?.key);
    else if (move) toggle(move.toggle);
    else if (event.key === 'Enter' && row) show(row);
    else return;
    event.preventDefault();
  };
  const onClick = (event: MouseEvent) => {
    const target = event.target instanceof Element ? event.target : null;
    const row = rows.find(({ key }) => rowId(key) === target?.closest('[role="treeitem"]')?.id);
    if (!row) return;
    // The focus is the tree's, whatever was clicked.
    box.current?.focus({ preventScroll: true });
    setActive(row.key);
    if (target?.closest('.grid-twig') && row.isOpen !== undefined) toggle(row.key);
    else show(row);
  };
  const isInSight = at >= first && at < end;
  return (
    <div
      ref={box}
      class="grid-tree"
      role="tree"
      tabIndex={0}
      aria-label={t('grid.treeLabel')}
      aria-activedescendant={isInSight ? rowId(rows[at]?.key ?? '') : undefined}
      onKeyDown={onKeyDown}
      onClick={onClick}
      onFocus={() => active === undefined && setActive(rows[Math.max(0, at)]?.key)}
    >
      <div class="grid-tree-rows" style={{ height: `${rows.length * ROW_PX}px` }}>
        {rows.slice(first, end).map((row, index) => (
          <TreeRowView
            key={row.key}
            row={row}
            topPx={(first + index) * ROW_PX}
            isActive={row.key === active}
            isSelected={row.key === selected}
          />
        ))}
      </div>
    </div>
  );
}

/** Scrolls as little as is needed for a row to be seen. */
function useRowInSight(box: { readonly current: HTMLElement | null }, at: number): void {
  useEffect(() => {
    const { current } = box;
    if (!current || at < 0) return;
    const topPx = at * ROW_PX;
    if (topPx < current.scrollTop) current.scrollTop = topPx;
    else if (topPx + ROW_PX > current.scrollTop + current.clientHeight)
      current.scrollTop = topPx + ROW_PX - current.clientHeight;
  }, [at]);
}

interface TreeRowProps {
  readonly row: TreeRow;
  readonly topPx: number;
  readonly isActive: boolean;
  readonly isSelected: boolean;
}

function TreeRowView(props: TreeRowProps): JSX.Element {
  const { row, isSelected } = props;
  return (
    <div
      id={rowId(row.key)}
      role="treeitem"
      class={`grid-row ${props.isActive ? 'is-active' : ''} ${isSelected ? 'is-selected' : ''}`}
      style={{ top: `${props.topPx}px`, paddingLeft: `${8 + (row.level - 1) * 16}px` }}
      aria-level={row.level}
      aria-setsize={row.siblings}
      aria-posinset={row.place}
      aria-expanded={row.isOpen}
      aria-selected={isSelected}
      data-kind={row.kind}
      tabIndex={-1}
    >
      <Twig isOpen={row.isOpen} />
      <RowText row={row} />
    </div>
  );
}

function Twig(props: { readonly isOpen: boolean | undefined }): JSX.Element {
  return (
    <span class="grid-twig">
      {props.isOpen !== undefined && (
        <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
          <path d={props.isOpen ? 'M3 6l5 5 5-5' : 'M6 3l5 5-5 5'} />
        </svg>
      )}
    </span>
  );
}

function RowText(props: { readonly row: TreeRow }): JSX.Element {
  const t = useT();
  const { kind, id, name, declared, count } = props.row;
  if (kind === 'loading') return <span class="note">{t('common.loading')}</span>;
  if (kind === 'failed') return <span class="grid-failed">{t('common.failed', { reason: name ?? '' })}</span>;
  const title = id === null ? t('grid.noParent') : (name ?? id);
  return (
    <>
      <span class="grid-kind">{t(`grid.kind.${kind}`)}</span>
      <span class="grid-name">{title}</span>
      {name !== null && id !== null && <span class="note">{id}</span>}
      {id !== null && !declared && <span class="note">({t('grid.notDeclared')})</span>}
      {count !== undefined && (
        <span class="note">{t(kind === 'feeders' ? 'grid.areaCount' : 'grid.meterCount', { n: count })}</span>
      )}
    </>
  );
}

function hrefOf({ kind, id }: TreeRow): string | undefined {
  if (kind === 'meters' && id !== null) return deviceHref(id);
  const level = LEVELS.find((one) => one === kind);
  return level && gridHref(level, id);
}

/** Ids of elements hold no blanks. */
function rowId(key: string): string {
  return `tree-${encodeURIComponent(key)}`;
}
