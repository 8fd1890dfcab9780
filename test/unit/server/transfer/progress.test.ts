import { expect, test } from 'vitest';
import { ManualProcessClock } from '../../../../edge/platform/clock.ts';
import { inUnits, ProgressLines } from '../../../../server/transfer/progress.ts';

test('at most one line a second, and one at the end', () => {
  const lines: string[] = [];
  const clock = new ManualProcessClock();
  const progress = new ProgressLines((line) => lines.push(line), clock);
  progress.update(0, 0);
  progress.update(0, 4096);
  progress.update(1024, 4096);
  clock.advance(1000);
  progress.update(2048, 4096);
  progress.update(4096, 4096);
  progress.update(4096, 4096);
  expect(lines).toEqual(['copied 0 B of 4.0 KiB', 'copied 2.0 KiB of 4.0 KiB', 'copied 4.0 KiB of 4.0 KiB']);
});

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1536, '1.5 KiB'],
  [5 * 2 ** 30, '5.0 GiB'],
  [2 ** 52, '4096.0 TiB'],
])('%i bytes are %s', (bytes, text) => expect(inUnits(bytes)).toBe(text));
