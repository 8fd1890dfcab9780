import { expect, test } from 'vitest';
import { parseClientMessage } from '../../../../server/live/client-messages.ts';

test.each([
  '{"type":"subscribe","id":"a","topic":"points"}',
  '{"type":"subscribe","id":"a","topic":"points","devices":["M-1"],"metrics":["voltage_a"],"maxRate":2.5}',
  '{"type":"subscribe","id":"a","topic":"alerts","after":{"epoch":"e","seq":7}}',
  '{"type":"unsubscribe","id":"a"}',
  '{"type":"ack","frame":3}',
])('takes %s', (text) => {
  expect(parseClientMessage(text)).toEqual({ message: JSON.parse(text) });
});

test.each([
  ['', 'the message is not JSON'],
  ['{"type":', 'the message is not JSON'],
  ['null', 'type: must be one of subscribe, unsubscribe, ack'],
  ['[]', 'type: must be one of'],
  ['{"type":"toString"}', 'type: must be one of'],
  ['{"type":"ack"}', 'the key "frame" is missing'],
  ['{"type":"ack","frame":-1}', 'frame: must be of type integer (minimum 0)'],
  ['{"type":"subscribe","id":"a","topic":"point"}', 'topic: must be one of "points", "devices"'],
  ['{"type":"subscribe","id":"","topic":"points"}', 'id: must be of type string (minLength 1'],
  ['{"type":"subscribe","id":"a","topic":"points","maxRate":11}', 'maxRate: must be'],
  [
    '{"type":"subscribe","id":"a","topic":"points","device":["M-1"]}',
    'device: is not a known key, did you mean "devices"?',
  ],
])('says what is wrong with %s', (text, problem) => {
  const parsed = parseClientMessage(text);
  expect('problem' in parsed && parsed.problem).toContain(problem);
});

test('names the subscription that a bad message was about', () => {
  expect(parseClientMessage('{"type":"subscribe","id":"a"}')).toMatchObject({ id: 'a' });
  expect(parseClientMessage('{"type":"subscribe","id":5}')).not.toHaveProperty('id');
});
