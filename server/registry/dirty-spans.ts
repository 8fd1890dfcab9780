import type { DirtySpan } from '../state/dirty-days.ts';
import { type Span, sameFields, spanAt } from './history.ts';
import type { ThingChange } from './plan.ts';

/**
 * The times in which a change of the grid makes something else of readings, by device: of a meter its own, of a transformer
 * those of the device that measures it. Of other things no device's readings depend.
 */
export function dirtySpans(changes: readonly ThingChange[]): DirtySpan[] {
  return changes.flatMap(({ kind, id, remove, add }) => {
    if (kind === 'meters') return differing(remove, add).map((span) => ({ device: id, ...span }));
    if (kind !== 'transformers') return [];
    const devices = new Set([...remove, ...add].flatMap(({ fields }) => deviceOf(fields.device)));
    return [...devices].flatMap((device) => differing(remove, add).map((span) => ({ device, ...span })));
  });
}

function deviceOf(device: unknown): string[] {
  return typeof device === 'string' ? [device] : [];
}

/** Where two histories say something else: also where one of them says nothing. */
function differing(before: readonly Span[], after: readonly Span[]): { fromMs: number; toMs: number }[] {
  const moments = [...new Set([...before, ...after].flatMap(({ fromMs, toMs }) => [fromMs, toMs]))].sort(
    (a, b) => a - b,
  );
  const found: { fromMs: number; toMs: number }[] = [];
  for (const [index, fromMs] of moments.slice(0, -1).entries()) {
    const toMs = moments[index + 1] ?? fromMs;
    const [old, now] = [spanAt(before, fromMs), spanAt(after, fromMs)];
    if (old === now || (old && now && sameFields(old.fields, now.fields))) continue;
    const last = found.at(-1);
    if (last?.toMs === fromMs) last.toMs = toMs;
    else found.push({ fromMs, toMs });
  }
  return found;
}
