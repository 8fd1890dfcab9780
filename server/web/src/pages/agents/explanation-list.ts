import type { Explanation, ExplanationsPage } from '../../contract.ts';
import { isMessageKey, type Translate } from '../../i18n/translate.ts';

/** What is loaded of an agent's explanations, the latest first. */
export interface ExplanationList {
  readonly items: readonly Explanation[];
  /** How many there are. */
  readonly total: number;
  /** What is not kept one by one any more. */
  readonly folded: ExplanationsPage['folded'];
  /** Cursor of what follows; null when all are loaded. */
  readonly next: string | null;
}

/** By its first record an explanation is known; one that is written down again takes its place. */
export function explanationKey({ epoch, fromN }: Explanation): string {
  return `${epoch} ${fromN}`;
}

/** The list with its first page loaded again. Older pages stay while the new one reaches down to them. */
export function withNewest(known: ExplanationList | undefined, page: ExplanationsPage): ExplanationList {
  const last = page.items.at(-1);
  const meetsAt = known?.items.findIndex((one) => last !== undefined && isSame(one, last)) ?? -1;
  if (known === undefined || page.next === null || meetsAt < 0) return page;
  const older = others(known.items.slice(meetsAt + 1), page.items);
  const items = [...page.items, ...older];
  return { ...page, items, next: older.length > 0 ? known.next : page.next };
}

/** The list with the page that `cursor` led to; unchanged when it is not the one that follows any more. */
export function withOlder(
  known: ExplanationList | undefined,
  page: ExplanationsPage,
  cursor: string,
): ExplanationList | undefined {
  if (known?.next !== cursor) return known;
  return { ...page, items: [...known.items, ...others(page.items, known.items)] };
}

function isSame(a: Explanation, b: Explanation): boolean {
  return explanationKey(a) === explanationKey(b) && a.explainedAt === b.explainedAt;
}

function others(items: readonly Explanation[], than: readonly Explanation[]): Explanation[] {
  const keys = new Set(than.map(explanationKey));
  return items.filter((item) => !keys.has(explanationKey(item)));
}

/** A reason in plain words; one that this page does not know as it is. */
export function reasonText(t: Translate, reason: string): string {
  const key = `explained.reason.${reason}`;
  return isMessageKey(key) ? t(key) : reason;
}

const MAX_GROUPS = 20;
const MAX_COUNTED_DEVICES = 30;

export type LostValues = NonNullable<Explanation['losses']>;

/** Devices that lost values of the same metrics, as far as a page shows them. */
export interface ShownGroup {
  readonly metrics: readonly string[];
  readonly devices: LostValues['groups'][number]['devices'];
  readonly more: number;
}

/** What a page shows of losses; `isCut` when that is not all of the groups. */
export function shownLosses({ groups }: LostValues): {
  readonly groups: readonly ShownGroup[];
  readonly isCut: boolean;
} {
  const shown = groups.slice(0, MAX_GROUPS).map(({ metrics, devices }) => {
    const named = devices.slice(0, MAX_COUNTED_DEVICES);
    return { metrics, devices: named, more: devices.length - named.length };
  });
  return { groups: shown, isCut: groups.length > shown.length };
}

const MAX_NAMED = 3;

/** The devices that are named, and how many more there are. */
export function namedDevices(devices: readonly string[]): { readonly named: readonly string[]; readonly more: number } {
  // One more takes no more room than the words that there is one more.
  const named = devices.length === MAX_NAMED + 1 ? devices : devices.slice(0, MAX_NAMED);
  return { named, more: devices.length - named.length };
}
