import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import type { LineArea } from '../../contract.ts';
import { formatCount } from '../../format/number.ts';
import { gridHref } from '../../router/route.ts';
import { useT } from '../../ui/context.ts';
import { useVirtualRows } from '../../ui/use-virtual-rows.ts';
import { fitting } from './fitting.ts';
import { currentSum, kwText, type Load, loadOf } from './load.ts';
import { areaLoadText, isOver, ratedKva, shareOf } from './load-text.ts';
import type { Selection } from './selection.ts';
import { LoadBar, TransformerSymbol } from './symbols.tsx';
import { useLoadFacts } from './use-load-facts.ts';
import { useWidth } from './use-width.ts';

const ROW_PX = 60;
const TRUNK_X = 20;
const TEXT_X = 100;
const NARROW_PX = 520;
const BAR_PX = 150;

interface FeederDiagramProps {
  readonly areas: readonly LineArea[];
  readonly path: readonly (Selection & { readonly name: string | null })[];
}

/** A feeder from its substation down: each area with its transformer and what it draws now. Rows in sight only are drawn. */
export function FeederDiagram(props: FeederDiagramProps): JSX.Element {
  const t = useT();
  const box = useRef<HTMLDivElement>(null);
  const { areas } = props;
  const facts = useLoadFacts();
  const width = useWidth(box, 720);
  const { first, end } = useVirtualRows(box, areas.length, ROW_PX);
  const loads = areas.map(({ gateways }) => loadOf(gateways, facts));
  const sum = currentSum(loads);
  const all = formatCount(areas.length);
  return (
    <>
      <p class="panel-note grid-sum">
        {t('grid.feederLoad', { load: kwText(sum.kw), n: formatCount(sum.count), all })}
        <span class="note">{t('grid.hint')}</span>
      </p>
      <Head path={props.path} />
      {areas.length === 0 && <p class="empty">{t('grid.noAreas')}</p>}
      <div ref={box} class="grid-lines">
        <svg class="one-line" width={width} height={areas.length * ROW_PX}>
          <title>{t('grid.diagram')}</title>
          <path class="trunk" d={`M${TRUNK_X} 0V${(areas.length - 0.5) * ROW_PX}`} />
          {areas.slice(first, end).map((area, index) => (
            <AreaLine
              key={area.id}
              area={area}
              load={loads[first + index] ?? { kind: 'none' }}
              y={(first + index + 0.5) * ROW_PX}
              width={width}
            />
          ))}
        </svg>
      </div>
    </>
  );
}

/** The busbar of the substation, and the feeder that leaves it. */
function Head(props: Pick<FeederDiagramProps, 'path'>): JSX.Element {
  const t = useT();
  const named = props.path.slice(-2).map(({ level, id, name }) => `${t(`grid.kind.${level}`)} ${name ?? id ?? ''}`);
  return (
    <svg class="one-line" width="320" height="56" aria-hidden="true" focusable="false">
      <path class="busbar" d="M8 14H150" />
      <path class="trunk" d={`M${TRUNK_X} 14V56`} />
      <rect class="breaker" x={TRUNK_X - 5} y="30" width="10" height="10" />
      <text x="160" y="18">
        {fitting(named[0] ?? '', 160)}
      </text>
      <text x="36" y="40">
        {fitting(named[1] ?? '', 280)}
      </text>
    </svg>
  );
}

interface AreaLineProps {
  readonly area: LineArea;
  readonly load: Load;
  readonly y: number;
  readonly width: number;
}

function AreaLine(props: AreaLineProps): JSX.Element {
  const t = useT();
  const { area, load, y, width } = props;
  const isNarrow = width < NARROW_PX;
  const endX = width - 16;
  const kva = ratedKva(area);
  const rated =
    kva === 0
      ? t('grid.noTransformer')
      : `${area.transformers.length > 1 ? `${area.transformers.length} × ` : ''}${kva} kVA`;
  const facts = `${rated} · ${t('grid.meterCount', { n: area.meterCount })}`;
  const name = area.name === null ? area.id : `${area.name} (${area.id})`;
  const share = shareOf(area, load);
  const text = areaLoadText(area, load, t);
  const room = isNarrow ? endX - TEXT_X : endX - TEXT_X - 2 * BAR_PX;
  return (
    <a
      class={`area-line load-${load.kind} ${isOver(area, load) ? 'is-over' : ''}`}
      href={gridHref('areas', area.id)}
      data-area={area.id}
    >
      <rect class="hit" x="2" y={y - ROW_PX / 2 + 2} width={Math.max(0, width - 4)} height={ROW_PX - 4} rx="4" />
      <path class="line" d={`M${TRUNK_X} ${y}H55M85 ${y}H${TEXT_X - 6}`} />
      <circle class="node" cx={TRUNK_X} cy={y} r="3" />
      <TransformerSymbol x={70} y={y} />
      <text class="name" x={TEXT_X} y={isNarrow ? y - 12 : y - 3}>
        {fitting(name, room)}
      </text>
      <text class="facts" x={TEXT_X} y={isNarrow ? y + 5 : y + 15}>
        {fitting(facts, room, 6.5)}
      </text>
      <text
        class="load"
        x={isNarrow ? TEXT_X : endX}
        y={isNarrow ? y + 22 : y - 1}
        text-anchor={isNarrow ? 'start' : 'end'}
      >
        {text}
      </text>
      {!isNarrow && share !== undefined && <LoadBar x={endX - BAR_PX} y={y + 8} width={BAR_PX} share={share} />}
    </a>
  );
}
