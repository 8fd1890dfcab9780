import type { JSX } from 'preact';

/** A length beside a number, for comparing by eye; the number says it all. */
export function Bar(props: { readonly value: number; readonly max: number }): JSX.Element {
  const share = props.max > 0 ? Math.min(1, Math.max(0, props.value / props.max)) : 0;
  return (
    <span class="bar" aria-hidden="true">
      <span class="bar-fill" style={{ width: `${(100 * share).toFixed(1)}%` }} />
    </span>
  );
}
