import { expect, test } from 'vitest';
import config from '../../../../server/web/vite.config.ts';

test('nothing is inlined: the content security policy would refuse it', () => {
  expect(config.build).toMatchObject({ assetsInlineLimit: 0, modulePreload: { polyfill: false } });
});
