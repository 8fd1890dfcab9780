import type { JSX } from 'preact';
import { lineStyle } from '../../charts/line-styles.ts';

/** A piece of the line that a metric is drawn with. */
export function LineSample(props: { readonly index: number }): JSX.Element {
  const { colour, dash } = lineStyle(props.index);
  return (
    <svg
      class={`line-sample colour${colour}`}
      viewBox="0 0 26 8"
      width="26"
      height="8"
      aria-hidden="true"
      focusable="false"
    >
      <path d="M0 4h26" stroke-dasharray={dash.join(' ')} />
    </svg>
  );
}
