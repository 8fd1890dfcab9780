import type { ComponentChildren, JSX } from 'preact';

interface PanelProps {
  /** Names the heading, by which the region is found. */
  readonly id: string;
  readonly title: string;
  readonly class?: string;
  /** Beside the heading: a link, a count, controls. */
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A titled region of a page. */
export function Panel(props: PanelProps): JSX.Element {
  return (
    <section class={`panel ${props.class ?? ''}`} aria-labelledby={props.id}>
      <header class="panel-head">
        <h2 id={props.id}>{props.title}</h2>
        {props.aside}
      </header>
      {props.children}
    </section>
  );
}
