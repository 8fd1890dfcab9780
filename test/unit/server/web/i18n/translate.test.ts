import { expect, test } from 'vitest';
import { initialLanguage } from '../../../../../server/web/src/i18n/language.ts';
import { isMessageKey, translate } from '../../../../../server/web/src/i18n/translate.ts';

test('parameters are filled in, numbers as counts', () => {
  expect(translate('en', 'link.agent', { name: 'east/agent-1', devices: '75 devices' })).toBe(
    'Agent east/agent-1 is lost; 75 devices affected.',
  );
  expect(translate('en', 'devices.countOf', { n: 12, total: 10_000 })).toBe('12 of 10,000 devices');
});

test('one and many differ in English, not in Chinese', () => {
  expect(translate('en', 'link.devices', { n: 1 })).toBe('1 device');
  expect(translate('en', 'link.devices', { n: 0 })).toBe('0 devices');
  expect(translate('zh', 'link.devices', { n: 1 })).toBe('1 台设备');
});

test('a name of the server that has no text is known as such', () => {
  expect(isMessageKey('kind.meter')).toBe(true);
  expect(isMessageKey('kind.submarine')).toBe(false);
  expect(isMessageKey('toString')).toBe(false);
});

test('the language chosen before wins, then the first preferred one that is there, then English', () => {
  expect(initialLanguage('zh', ['en-GB'])).toBe('zh');
  expect(initialLanguage(null, ['fr-FR', 'zh-Hant-TW', 'en'])).toBe('zh');
  expect(initialLanguage(null, ['EN-us'])).toBe('en');
  expect(initialLanguage('klingon', ['fr'])).toBe('en');
});
