import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { calendarOf, DAY_KIND, dayOf, type Holidays } from '../../../../simulators/physics/calendar.ts';

const holidays: Holidays = parse(readFileSync('simulators/holidays/china.yaml', 'utf8'));
const kindOf = (date: string) => calendarOf(holidays)(dayOf(date));

/** Notice of the General Office of the State Council of 2025-11-04: nine days of spring festival, two Saturdays worked. */
test.each([
  ['2026-02-13', DAY_KIND.work],
  ['2026-02-14', DAY_KIND.work],
  ['2026-02-15', DAY_KIND.holiday],
  ['2026-02-23', DAY_KIND.holiday],
  ['2026-02-24', DAY_KIND.work],
  ['2026-02-28', DAY_KIND.work],
  ['2026-03-01', DAY_KIND.weekend],
  ['2026-10-07', DAY_KIND.holiday],
  ['2026-10-10', DAY_KIND.work],
  ['2025-10-08', DAY_KIND.holiday],
])('%s', (date, kind) => {
  expect(kindOf(date)).toBe(kind);
});
