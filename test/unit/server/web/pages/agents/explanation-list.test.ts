import { describe, expect, test } from 'vitest';
import { TOMBSTONE_REASONS } from '../../../../../../edge/protocol/delivery.ts';
import { type Explanation, ExplanationSchema } from '../../../../../../server/api/agents.schema.ts';
import { LANGUAGES } from '../../../../../../server/web/src/i18n/language.ts';
import { MESSAGES } from '../../../../../../server/web/src/i18n/messages.ts';
import { type Translate, translate } from '../../../../../../server/web/src/i18n/translate.ts';
import {
  type ExplanationList,
  namedDevices,
  reasonText,
  withNewest,
  withOlder,
} from '../../../../../../server/web/src/pages/agents/explanation-list.ts';

/** `fromN` names it; the later it was written down, the nearer to the top. */
function explanation(fromN: number, second: number): Explanation {
  const explainedAt = new Date(second * 1000).toISOString();
  return {
    ...{ reason: 'lost', records: 1, devices: [], from: null, to: null, epoch: 'e1' },
    ...{ fromN, toN: fromN, explainedAt, losses: null },
  };
}

function listOf(numbers: readonly number[], next: string | null): ExplanationList & { items: Explanation[] } {
  return { items: numbers.map((n) => explanation(n, n)), total: 9, folded: [], next };
}

const numbersOf = (list: ExplanationList | undefined) => list?.items.map(({ fromN }) => fromN);

describe('the first page is loaded again', () => {
  test('it is the list when nothing was loaded before, or when it is all there is', () => {
    const page = listOf([4, 3], 'after 3');
    expect(withNewest(undefined, page)).toEqual(page);
    expect(withNewest(listOf([3, 2, 1], null), listOf([4], null))).toEqual(listOf([4], null));
  });

  test('what is new comes on top, and the older pages stay', () => {
    const list = withNewest(listOf([5, 4, 3, 2], 'after 2'), listOf([7, 6, 5], 'after 5'));
    expect(numbersOf(list)).toEqual([7, 6, 5, 4, 3, 2]);
    expect(list.next).toBe('after 2');
  });

  test('with more news than a page the older ones go: between them and the page some are missing', () => {
    expect(withNewest(listOf([3, 2], 'after 2'), listOf([9, 8], 'after 8'))).toEqual(listOf([9, 8], 'after 8'));
  });

  test('one that was written down again moves to the top and stands there once', () => {
    const page = { items: [explanation(2, 8), explanation(5, 5)], total: 9, folded: [], next: 'after 5' };
    const list = withNewest(listOf([5, 4, 2, 1], 'after 1'), page);
    expect(numbersOf(list)).toEqual([2, 5, 4, 1]);
  });

  test('the cursor goes on below the page when nothing older is left', () => {
    expect(withNewest(listOf([5], 'after 5'), listOf([6, 5], 'below 5')).next).toBe('below 5');
  });
});

describe('a further page', () => {
  test('is put below, nothing twice', () => {
    const list = withOlder(listOf([5, 4], 'after 4'), listOf([4, 3], null), 'after 4');
    expect(numbersOf(list)).toEqual([5, 4, 3]);
    expect(list?.next).toBeNull();
  });

  test('is left out when the list has changed since it was asked for, as after a second press', () => {
    const known = listOf([5, 4, 3], 'after 3');
    expect(withOlder(known, listOf([3], null), 'after 4')).toBe(known);
    expect(withOlder(undefined, listOf([3], null), 'after 4')).toBeUndefined();
  });
});

describe('reasons in plain words', () => {
  const OF_THE_HOST = ['lost', 'settled_elsewhere', 'settled_before', 'lost_by_restore'];
  const reasons = [...TOMBSTONE_REASONS, ...OF_THE_HOST];

  test('each one that the API knows is here', () => {
    const { description = '' } = ExplanationSchema.properties.reason as { description?: string };
    const lists = description.replaceAll(/ \([^)]*\)/g, '').matchAll(/: ([^.]+)/g);
    const named = [...lists].flatMap(([, list = '']) => list.split(', '));
    expect(named.sort()).toEqual([...reasons].sort());
  });

  test.each(LANGUAGES)('each one has words in %s', (language) => {
    const t: Translate = (key, parameters) => translate(language, key, parameters);
    for (const reason of reasons) expect(reasonText(t, reason), reason).not.toBe(reason);
    expect(reasonText(t, 'of_a_later_version')).toBe('of_a_later_version');
  });

  test('no words without a reason', () => {
    const prefix = 'explained.reason.';
    const worded = Object.keys(MESSAGES).filter((key) => key.startsWith(prefix));
    expect(worded.map((key) => key.slice(prefix.length)).sort()).toEqual([...reasons].sort());
  });
});

describe('the devices of an explanation', () => {
  const ids = (count: number) => Array.from({ length: count }, (_, i) => `M-${i + 1}`);

  test.each([
    [0, 0, 0],
    [1, 1, 0],
    [4, 4, 0],
    [5, 3, 2],
    [1000, 3, 997],
  ])('of %i, %i are named and %i counted', (count, named, more) => {
    expect(namedDevices(ids(count))).toEqual({ named: ids(named), more });
  });
});
