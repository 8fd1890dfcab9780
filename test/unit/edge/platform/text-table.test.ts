import { expect, test } from 'vitest';
import { textTable, widthFor, wrapped } from '../../../../edge/platform/text-table.ts';

test('columns are as wide as their widest cell, numbers to the right', () => {
  const columns = [{ title: 'device' }, { title: 'ms', align: 'right' as const }, { title: 'values' }];
  expect(
    textTable(columns, [
      ['M-1', '120', '230 V'],
      ['M-0002', '9', ''],
    ]),
  ).toEqual(['device   ms  values', 'M-1     120  230 V', 'M-0002    9']);
});

test('text is broken between words and indented; a long word stays whole', () => {
  expect(wrapped('one two three', 12, '→ ', '  ')).toEqual(['→ one two', '  three']);
  expect(wrapped('extraordinarily', 8, '→ ', '  ')).toEqual(['→ extraordinarily']);
});

test('the width is the terminal’s within reason', () => {
  expect([widthFor(undefined), widthFor(40), widthFor(100), widthFor(300)]).toEqual([100, 80, 100, 120]);
});
