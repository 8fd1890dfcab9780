/** The pages and their addresses; ids are percent-encoded, because those of foreign devices hold a `/`. */
export type Route =
  | { readonly page: 'overview' }
  | { readonly page: 'devices' }
  | { readonly page: 'device'; readonly id: string }
  | { readonly page: 'agents'; readonly id: string | undefined }
  | { readonly page: 'grid' }
  | { readonly page: 'alerts' }
  | { readonly page: 'notFound'; readonly path: string };

export function parseRoute(path: string): Route {
  const [first = '', second, ...rest] = path.split('/').filter((part) => part !== '');
  const notFound: Route = { page: 'notFound', path };
  const id = second === undefined ? undefined : decode(second);
  if (rest.length > 0 || (second !== undefined && id === undefined)) return notFound;
  if (first === '') return { page: 'overview' };
  if (first === 'devices') return id === undefined ? { page: 'devices' } : { page: 'device', id };
  if (first === 'agents') return { page: 'agents', id };
  if (first === 'grid' && id === undefined) return { page: 'grid' };
  return first === 'alerts' && id === undefined ? { page: 'alerts' } : notFound;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

export function deviceHref(id: string): string {
  return `/devices/${encodeURIComponent(id)}`;
}

export function agentHref(id: string): string {
  return `/agents/${encodeURIComponent(id)}`;
}

/** What the page of the grid shows: an empty id is what names no parent. */
export function gridHref(level: 'districts' | 'substations' | 'feeders' | 'areas', id: string | null): string {
  return `/grid?show=${encodeURIComponent(`${level}/${id ?? ''}`)}`;
}

/** An address with some of its query changed; undefined and '' take a part away. */
export function withQuery(path: string, query: URLSearchParams, changes: Record<string, string | undefined>): string {
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === '') next.delete(name);
    else next.set(name, value);
  }
  const text = next.toString();
  return text === '' ? path : `${path}?${text}`;
}
