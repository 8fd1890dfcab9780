import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isValidId, MESSAGE_TYPES, nodeTopic, parseTopic, stateTopic } from '../../../../edge/protocol/topics.ts';

const id = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter(isValidId);

describe('topics', () => {
  it('come back as their parts, whatever the ids', () => {
    fc.assert(
      fc.property(id, id, id, fc.constantFrom(...MESSAGE_TYPES), (group, node, device, type) => {
        fc.pre(group !== 'STATE');
        const parts = type.startsWith('D') ? { type, group, node, device } : { type, group, node };
        expect(parseTopic(nodeTopic(group, type, node, parts.device))).toEqual(parts);
      }),
    );
  });

  it('of STATE come back as the host', () => {
    fc.assert(
      fc.property(id, (host) => {
        expect(parseTopic(stateTopic(host))).toEqual({ type: 'STATE', host });
      }),
    );
  });

  it.each([
    'spBv1.0',
    'spBv1.0/east/NBIRTH',
    'spBv1.0/east/NBIRTH/agent/M-1',
    'spBv1.0/east/DBIRTH/agent',
    'spBv1.0/east/DBIRTH/agent/',
    'spBv1.0/east/DBIRTH/agent/M-1/more',
    'spBv1.0//NBIRTH/agent',
    'spBv1.0/east/NBIRTH/',
    'spBv1.0/east/nbirth/agent',
    'spBv1.0/STATE',
    'spBv1.0/STATE/',
    'spBv1.0/STATE/host/more',
    'spAv1.0/east/NBIRTH/agent',
    'STATE/host',
    '',
  ])('%s is none of Sparkplug', (topic) => expect(parseTopic(topic)).toBeUndefined());

  it('ids hold anything but + / # and NUL, and something', () => {
    for (const good of ['a', '东区', 'a b', '$']) expect(isValidId(good)).toBe(true);
    for (const bad of ['', 'a+', 'a/b', '#', 'a\0']) expect(isValidId(bad)).toBe(false);
  });
});
