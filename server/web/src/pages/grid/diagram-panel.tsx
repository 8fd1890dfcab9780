import type { JSX } from 'preact';
import type { GridTree } from '../../contract.ts';
import { gridHref } from '../../router/route.ts';
import { useServices, useT } from '../../ui/context.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Panel } from '../../ui/panel.tsx';
import { usePolled } from '../../ui/use-polled.ts';
import { AreaDiagram } from './area-diagram.tsx';
import { FeederDiagram } from './feeder-diagram.tsx';
import { LEVELS, type Selection } from './selection.ts';
import { branchAt, childrenOf, pathTo } from './tree-rows.ts';

const EVERY_MS = 30_000;

interface DiagramPanelProps {
  readonly tree: GridTree | undefined;
  readonly selection: Selection | undefined;
}

/** The one-line diagram of a feeder or an area; of what is above them, the ways down. */
export function DiagramPanel(props: DiagramPanelProps): JSX.Element {
  const t = useT();
  const { tree, selection } = props;
  const path = tree && selection ? pathTo(tree, selection) : [];
  const last = path.at(-1);
  const name = last && (last.name ?? last.id ?? t('grid.noParent'));
  return (
    <Panel
      id="grid-diagram"
      class="area-diagram"
      title={name === undefined ? t('grid.diagram') : t('grid.diagramOf', { name })}
      aside={path.length > 1 && <Way path={path.slice(0, -1)} />}
    >
      <Content tree={tree} selection={selection} />
    </Panel>
  );
}

/** What is above the selection. */
function Way(props: { readonly path: readonly (Selection & { readonly name: string | null })[] }): JSX.Element {
  const t = useT();
  return (
    <span class="grid-way">
      {props.path.map(({ level, id, name }) => (
        <a key={level} href={gridHref(level, id)}>
          {name ?? id ?? t('grid.noParent')}
        </a>
      ))}
    </span>
  );
}

function Content({ tree, selection }: DiagramPanelProps): JSX.Element {
  const t = useT();
  const { level, id = null } = selection ?? {};
  if (level === 'feeders' && id !== null) return <Loaded of="feeder" id={id} tree={tree} />;
  if (level === 'areas' && id !== null) return <Loaded of="area" id={id} tree={tree} />;
  if (!tree || !selection) return <p class="empty">{t(tree ? 'grid.choose' : 'common.loading')}</p>;
  return <Below tree={tree} selection={selection} />;
}

function Loaded(props: {
  readonly of: 'feeder' | 'area';
  readonly id: string;
  readonly tree: GridTree | undefined;
}): JSX.Element {
  const t = useT();
  const { api } = useServices();
  const { of, id, tree } = props;
  const { value, error } = usePolled(`${of}/${id}`, (signal) => api.gridOneLine(of, id, signal), EVERY_MS);
  const path = tree ? pathTo(tree, { level: of === 'feeder' ? 'feeders' : 'areas', id }) : [];
  return (
    <>
      {error !== undefined && <ErrorNote reason={error} />}
      {value === undefined && error === undefined && <p class="empty">{t('common.loading')}</p>}
      {value && of === 'feeder' && <FeederDiagram key={id} areas={value.areas} path={path} />}
      {value?.areas[0] && of === 'area' && <AreaDiagram key={id} area={value.areas[0]} meters={value.meters} />}
    </>
  );
}

/** The branches below what has no diagram of its own. */
function Below(props: { readonly tree: GridTree; readonly selection: Selection }): JSX.Element {
  const t = useT();
  const { tree, selection } = props;
  const found = branchAt(tree, selection);
  const level = LEVELS[LEVELS.indexOf(selection.level) + 1];
  const children = found ? childrenOf(found) : [];
  if (level === undefined || children.length === 0) return <p class="empty">{t('grid.choose')}</p>;
  return (
    <>
      <p class="panel-note">{t(level === 'areas' ? 'grid.chooseUnassigned' : 'grid.chooseFeeder')}</p>
      <ul class="grid-below">
        {children.map(({ id, name }) => (
          <li key={id ?? ''}>
            <a href={gridHref(level, id)}>{name ?? id ?? t('grid.noParent')}</a>
          </li>
        ))}
      </ul>
    </>
  );
}
