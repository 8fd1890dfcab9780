import type { RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';

/** Width of an element within its border, px; `firstPx` until it is known. */
export function useWidth(element: RefObject<HTMLElement | null>, firstPx: number): number {
  const [width, setWidth] = useState(firstPx);
  useLayoutEffect(() => {
    const { current } = element;
    if (!current) return;
    const measure = () => setWidth(current.clientWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
