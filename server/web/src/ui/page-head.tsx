import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useCell, useServices, useT } from './context.ts';

/** On a wide screen `main` scrolls, on a small one the window. */
function scrollToTop(): void {
  document.getElementById('main')?.scrollTo(0, 0);
  window.scrollTo(0, 0);
}

let isFirstPage = true;

/**
 * The heading of a page, its title in the browser, and the focus: after a change of page the reader begins at the
 * heading, as after a page load. Not on the first page, where the browser's own beginning is right.
 */
export function PageHead(props: { readonly title: string; readonly children?: ComponentChildren }): JSX.Element {
  const t = useT();
  const { place } = useServices().router;
  const { path } = useCell(place);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = t('app.title', { page: props.title });
  }, [props.title, t]);
  useEffect(() => {
    if (!isFirstPage) heading.current?.focus({ preventScroll: true });
    if (!isFirstPage) scrollToTop();
    isFirstPage = false;
  }, [path]);
  return (
    <div class="page-head">
      <h1 ref={heading} tabIndex={-1}>
        {props.title}
      </h1>
      {props.children}
    </div>
  );
}
