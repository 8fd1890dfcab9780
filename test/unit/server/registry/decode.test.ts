import { expect, test } from 'vitest';
import { decodeText } from '../../../../server/registry/decode.ts';

// 台区 by the code tables of GB 2312: 台 is CC A8, 区 is C7 F8; of Unicode: U+53F0, U+533A.
const GBK_TAIQU = [0xcc, 0xa8, 0xc7, 0xf8];

test.each([
  ['UTF-8', [0xe5, 0x8f, 0xb0, 0xe5, 0x8c, 0xba], 'UTF-8'],
  ['UTF-8 with a byte order mark', [0xef, 0xbb, 0xbf, 0xe5, 0x8f, 0xb0, 0xe5, 0x8c, 0xba], 'UTF-8'],
  ['GBK', GBK_TAIQU, 'GBK'],
  ['UTF-16, low byte first', [0xff, 0xfe, 0xf0, 0x53, 0x3a, 0x53], 'UTF-16'],
  ['UTF-16, high byte first', [0xfe, 0xff, 0x53, 0xf0, 0x53, 0x3a], 'UTF-16'],
])('%s', (_, bytes, encoding) => {
  expect(decodeText(Uint8Array.from(bytes))).toEqual({ text: '台区', encoding });
});

test.each([
  ['a spreadsheet', [0x50, 0x4b, 0x03, 0x04, 0x14, 0x00]],
  ['bytes of nothing', [0xff, 0xff, 0xff]],
])('%s is no text', (_, bytes) => {
  expect(decodeText(Uint8Array.from(bytes))).toBeUndefined();
});

test('an empty file is an empty text', () => {
  expect(decodeText(new Uint8Array())).toEqual({ text: '', encoding: 'UTF-8' });
});
