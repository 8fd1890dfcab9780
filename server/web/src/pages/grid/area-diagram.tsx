import type { JSX } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import type { LineArea, LineMeter } from '../../contract.ts';
import { formatCount } from '../../format/number.ts';
import { deviceHref } from '../../router/route.ts';
import { useT } from '../../ui/context.ts';
import { useVirtualRows } from '../../ui/use-virtual-rows.ts';
import { fitting } from './fitting.ts';
import { currentSum, kwText, type LoadFacts, loadOf } from './load.ts';
import { areaLoadText, isOver, loadText, shareOf } from './load-text.ts';
import { type MeterRow, meterRows } from './meter-rows.ts';
import { LoadBar, MeterSymbol, TransformerSymbol } from './symbols.tsx';
import { useLoadFacts } from './use-load-facts.ts';
import { useWidth } from './use-width.ts';

const ROW_PX = 44;
const CELL_PX = 168;
const TRUNK_X = 20;

interface AreaDiagramProps {
  readonly area: LineArea;
  readonly meters: readonly LineMeter[];
}

/** An area from its transformer down: the gateway, the low-voltage busbar, and below it the meters by phase. */
export function AreaDiagram(props: AreaDiagramProps): JSX.Element {
  const t = useT();
  const box = useRef<HTMLDivElement>(null);
  const { area, meters } = props;
  const facts = useLoadFacts();
  const width = useWidth(box, 720);
  const columns = Math.max(1, Math.floor((width - 2 * TRUNK_X) / CELL_PX));
  const rows = useMemo(() => meterRows(meters, columns), [meters, columns]);
  const { first, end } = useVirtualRows(box, rows.length, ROW_PX);
  const sum = currentSum(meters.map((meter) => loadOf([meter], facts)));
  return (
    <>
      <p class="panel-note grid-sum">
        {t('grid.metersLoad', { load: kwText(sum.kw), n: formatCount(sum.count), all: formatCount(meters.length) })}
        <span class="note">{t('grid.hint')}</span>
      </p>
      <Supply area={area} facts={facts} />
      {meters.length === 0 && <p class="empty">{t('grid.noMeters')}</p>}
      <div ref={box} class="grid-lines">
        <svg class="one-line" width={width} height={rows.length * ROW_PX}>
          <title>{t('grid.diagram')}</title>
          <path class="trunk" d={`M${TRUNK_X} 0V${Math.max(0, rows.length - 0.5) * ROW_PX}`} />
          {rows.slice(first, end).map((row, index) => (
            <MeterLine key={first + index} row={row} y={(first + index + 0.5) * ROW_PX} facts={facts} />
          ))}
        </svg>
      </div>
    </>
  );
}

/** Transformers and gateways with what they carry now; the bar is of the rated power. */
function Supply(props: { readonly area: LineArea; readonly facts: LoadFacts }): JSX.Element {
  const t = useT();
  const { area, facts } = props;
  const load = loadOf(area.gateways, facts);
  const share = shareOf(area, load);
  const names = area.transformers.map(({ id, ratedKva }) => `${id} ${ratedKva} kVA`).join(', ');
  const [gateway, ...more] = area.gateways;
  const label = gateway ? `${gateway.id}${more.length > 0 ? ` +${more.length}` : ''}` : t('grid.noGateway');
  return (
    <svg class="one-line" width="360" height="124">
      <title>{t('grid.kind.transformers')}</title>
      <path class="trunk" d={`M${TRUNK_X} 0V12M${TRUNK_X} 42V124`} />
      <g transform={`rotate(90 ${TRUNK_X} 27)`}>
        <TransformerSymbol x={TRUNK_X} y={27} />
      </g>
      <text class="name" x="44" y="32">
        {fitting(names === '' ? t('grid.noTransformer') : names, 300)}
      </text>
      <MeterSymbol x={TRUNK_X} y={66} />
      <Gateway id={gateway?.id} label={label} />
      <text class={`load load-${load.kind} ${isOver(area, load) ? 'is-over' : ''}`} x="44" y="88">
        {areaLoadText(area, load, t)}
      </text>
      {share !== undefined && <LoadBar x={44} y={95} width={200} share={share} />}
      <path class="busbar" d="M8 112H352" />
    </svg>
  );
}

function Gateway(props: { readonly id: string | undefined; readonly label: string }): JSX.Element {
  const t = useT();
  const text = (
    <text x="44" y="70">
      {`${t('grid.role.gateway')} ${fitting(props.label, 220)}`}
    </text>
  );
  return props.id === undefined ? text : <a href={deviceHref(props.id)}>{text}</a>;
}

function MeterLine(props: { readonly row: MeterRow; readonly y: number; readonly facts: LoadFacts }): JSX.Element {
  const t = useT();
  const { row, y, facts } = props;
  if ('phase' in row) {
    return (
      <text class="phase" x={TRUNK_X + 16} y={y + 10}>
        {t(`grid.phase.${row.phase}`)} · {t('grid.meterCount', { n: row.count })}
      </text>
    );
  }
  return (
    <>
      <path class="line" d={`M${TRUNK_X} ${y}H${TRUNK_X + 22 + (row.meters.length - 1) * CELL_PX}`} />
      <circle class="node" cx={TRUNK_X} cy={y} r="3" />
      {row.meters.map((meter, column) => (
        <MeterCell key={meter.id} meter={meter} x={TRUNK_X + 28 + column * CELL_PX} y={y} facts={facts} />
      ))}
    </>
  );
}

interface MeterCellProps {
  readonly meter: LineMeter;
  readonly x: number;
  readonly y: number;
  readonly facts: LoadFacts;
}

function MeterCell(props: MeterCellProps): JSX.Element {
  const t = useT();
  const { meter, x, y, facts } = props;
  const load = loadOf([meter], facts);
  const text = loadText(load, t);
  const role = meter.role === 'customer' ? '' : `${t(`grid.role.${meter.role}`)} `;
  return (
    <a class={`meter-cell load-${load.kind}`} href={deviceHref(meter.id)} data-meter={meter.id}>
      <rect class="hit" x={x - 8} y={y - 19} width={CELL_PX - 6} height="38" rx="4" />
      <MeterSymbol x={x} y={y} />
      <text class="name" x={x + 12} y={y - 4}>
        {fitting(`${role}${meter.id}`, CELL_PX - 34)}
      </text>
      <text class="load" x={x + 12} y={y + 13}>
        {text}
      </text>
    </a>
  );
}
