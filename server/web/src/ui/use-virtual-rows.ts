import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** Rows rendered beyond the visible ones on each side: a quick scroll does not show a hole. */
const OVERSCAN = 8;

export interface VisibleRows {
  readonly first: number;
  /** Exclusive. */
  readonly end: number;
}

/** The rows of a long list that are in sight, by the scroll position of its container. */
export function useVirtualRows(
  container: RefObject<HTMLElement | null>,
  count: number,
  rowHeightPx: number,
): VisibleRows {
  const [view, setView] = useState({ top: 0, height: 800 });
  useEffect(() => {
    const element = container.current;
    if (!element) return;
    const measure = () =>
      setView((old) =>
        old.top === element.scrollTop && old.height === element.clientHeight
          ? old
          : { top: element.scrollTop, height: element.clientHeight },
      );
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    element.addEventListener('scroll', measure, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', measure);
    };
  }, [container]);
  const first = Math.max(0, Math.floor(view.top / rowHeightPx) - OVERSCAN);
  const end = Math.min(count, Math.ceil((view.top + view.height) / rowHeightPx) + OVERSCAN);
  return { first: Math.min(first, end), end };
}
