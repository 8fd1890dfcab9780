/** What kind of day it is for those who work and those who stay at home. */
export const DAY_KIND = { work: 0, weekend: 1, holiday: 2 } as const;
export type DayKind = (typeof DAY_KIND)[keyof typeof DAY_KIND];

export interface Holidays {
  readonly off: readonly { readonly from: string; readonly to: string }[];
  /** Days of a weekend that are worked in exchange. */
  readonly worked: readonly string[];
}

const DAY_MS = 86_400_000;

/** Days since 1970-01-01 of a date such as 2026-02-15. */
export function dayOf(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / DAY_MS;
}

/** The kind of each local day (days since 1970): holidays first, then weekends that are not worked. */
export function calendarOf(holidays: Holidays): (day: number) => DayKind {
  const off = new Set<number>();
  for (const { from, to } of holidays.off) for (let day = dayOf(from); day <= dayOf(to); day++) off.add(day);
  const worked = new Set(holidays.worked.map(dayOf));
  return (day) => {
    if (off.has(day)) return DAY_KIND.holiday;
    // 1970-01-01 was a Thursday.
    const weekday = (day + 4) % 7;
    return (weekday === 0 || weekday === 6) && !worked.has(day) ? DAY_KIND.weekend : DAY_KIND.work;
  };
}
