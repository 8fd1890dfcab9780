import { Cell } from '../core/cell.ts';

export interface Place {
  readonly path: string;
  readonly query: URLSearchParams;
}

function currentPlace(): Place {
  return { path: window.location.pathname, query: new URLSearchParams(window.location.search) };
}

/** The address bar as a cell, so that every view can be bookmarked, sent to a colleague, and left with "back". */
export class Router {
  readonly place = new Cell(currentPlace());

  start(): void {
    window.addEventListener('popstate', () => this.place.set(currentPlace()));
    document.addEventListener('click', (event) => this.#follow(event));
  }

  go(href: string): void {
    window.history.pushState(null, '', href);
    this.place.set(currentPlace());
  }

  /** Changes the address without a step in the history: filters while they are typed. */
  replace(href: string): void {
    window.history.replaceState(null, '', href);
    this.place.set(currentPlace());
  }

  /** Follows plain clicks on links of the page itself; all others (new tab, download, elsewhere) are the browser's. */
  #follow(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    const address = link && addressOf(link);
    if (!link || !address || address.origin !== window.location.origin) return;
    if (link.hasAttribute('target') || link.hasAttribute('download')) return;
    if (address.hash !== '' && address.pathname === window.location.pathname) return;
    event.preventDefault();
    this.go(address.href);
  }
}

/** Where a link leads; those in a drawing have no address of their own but the attribute. */
function addressOf(link: Element): URL | undefined {
  const href = link.getAttribute('href');
  return href === null ? undefined : new URL(href, document.baseURI);
}
