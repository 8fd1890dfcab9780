import { momentText } from './export-files.ts';
import { BEGIN_MS, END_MS, type Span } from './history.ts';
import type { ThingChange } from './plan.ts';

/** A change of a thing in one line, such as `changed meters M-1: multiplier 40 → 60 from 2026-06-01`. */
export function describeChange(change: ThingChange, timeZone: string): string {
  const what = `${change.class} ${change.kind} ${change.id}`;
  if (change.class === 'added') return `${what}${periodText(change.add, timeZone)}`;
  if (change.class === 'ended') return `${what} at ${momentText(endOf(change), timeZone)}`;
  const differences = change.add.flatMap((span) => differencesOf(span, change.remove, timeZone));
  const gone = change.add.length === 0 ? ['removed for good'] : [];
  const text = [...new Set([...differences, ...gone])].join('; ');
  return text === '' ? `${what}: valid${periodText(change.add, timeZone)}` : `${what}: ${text}`;
}

function differencesOf(span: Span, before: readonly Span[], timeZone: string): string[] {
  const old = before.find((other) => other.fromMs < span.toMs && other.toMs > span.fromMs);
  if (!old) return [];
  const names = [...new Set([...Object.keys(old.fields), ...Object.keys(span.fields)])];
  const differing = names.filter((name) => old.fields[name] !== span.fields[name]);
  return differing.map(
    (name) => `${name} ${shown(old.fields[name])} → ${shown(span.fields[name])}${periodText([span], timeZone)}`,
  );
}

function periodText(spans: readonly Span[], timeZone: string): string {
  const fromMs = Math.min(...spans.map((span) => span.fromMs));
  const toMs = Math.max(...spans.map((span) => span.toMs));
  const from = fromMs === BEGIN_MS || spans.length === 0 ? '' : ` from ${momentText(fromMs, timeZone)}`;
  return toMs === END_MS || spans.length === 0 ? from : `${from} until ${momentText(toMs, timeZone)}`;
}

function endOf({ add, remove }: ThingChange): number {
  const ends = add.map(({ toMs }) => toMs);
  return ends.length > 0 ? Math.max(...ends) : Math.min(...remove.map(({ fromMs }) => fromMs));
}

function shown(value: string | number | undefined): string {
  return value === undefined ? '(none)' : String(value);
}
