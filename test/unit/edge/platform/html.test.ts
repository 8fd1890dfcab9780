import { expect, test } from 'vitest';
import { escaped } from '../../../../edge/platform/html.ts';

test('no sign of markup is left, in content or in an attribute', () => {
  expect(escaped(`<a title="x" class='y'>&`)).toBe('&lt;a title=&quot;x&quot; class=&#39;y&#39;&gt;&amp;');
});
