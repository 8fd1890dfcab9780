import type { JSX } from 'preact';

/** Symbols of one-line diagrams (IEC 60617 in outline), drawn around their place; words beside them say what they are. */
interface PlaceProps {
  readonly x: number;
  readonly y: number;
}

/** Two windings: circles that overlap. */
export function TransformerSymbol({ x, y }: PlaceProps): JSX.Element {
  return (
    <>
      <circle class="line" cx={x - 6} cy={y} r="9" />
      <circle class="line" cx={x + 6} cy={y} r="9" />
    </>
  );
}

/** A measuring point. */
export function MeterSymbol({ x, y }: PlaceProps): JSX.Element {
  return <rect class="line" x={x - 6} y={y - 6} width="12" height="12" />;
}

/** How full something is, beside its number; above the rated power it is drawn to the end and marked. */
export function LoadBar(props: PlaceProps & { readonly width: number; readonly share: number }): JSX.Element {
  const { x, y, width, share } = props;
  return (
    <>
      <rect class="bar-rail" x={x} y={y} width={width} height="6" />
      <rect
        class={share > 1 ? 'bar-over' : 'bar-load'}
        x={x}
        y={y}
        width={width * Math.min(1, Math.max(0, share))}
        height="6"
      />
    </>
  );
}
