import type { Page } from 'playwright-core';

/**
 * Has the browser note every movement of what stands on the page without the user's doing, from its first paint. A text
 * that grows to the left, because it is aligned to the right, is none.
 */
export async function watchLayout(page: Page): Promise<void> {
  await page.addInitScript(`
    window.layoutShifts = [];
    const hasMoved = ({ node, previousRect, currentRect }) =>
      previousRect.top !== currentRect.top || (node?.nodeType === 1 && previousRect.right !== currentRect.right);
    const nameOf = ({ node }) => (node?.parentElement ?? node)?.outerHTML?.slice(0, 160);
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries())
        if (!entry.hadRecentInput) window.layoutShifts.push(...entry.sources.filter(hasMoved).map(nameOf));
    }).observe({ type: 'layout-shift', buffered: true });
  `);
}

/** What moved since the last call. */
export function movedElements(page: Page): Promise<string[]> {
  return page.evaluate<string[]>('window.layoutShifts.splice(0)');
}
