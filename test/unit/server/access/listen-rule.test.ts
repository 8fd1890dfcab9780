import { expect, test } from 'vitest';
import { checkListen } from '../../../../server/access/listen-rule.ts';

test.each(['127.0.0.1:8080', 'localhost:0', '[::1]:8080', '127.9.9.9:1'])('%s is loopback', (listen) => {
  expect(() => checkListen({ listen, unsafeWithoutSignIn: false })).not.toThrow();
});

test('with users it is the way there that is not safe', () => {
  const config = { listen: '0.0.0.0:8080', unsafeWithoutSignIn: false };
  expect(() => checkListen(config)).toThrow('without a users file');
  expect(() => checkListen({ ...config, users: 'users.yaml' })).toThrow('HTTP without TLS');
});

test.each(['0.0.0.0:8080', ':8080', '192.168.1.5:8080', '[::]:8080', 'control.example.org:80', '[fe80::1]:80'])(
  '%s is refused, with the reason, unless the configuration takes it on itself',
  (listen) => {
    const refusal = expect.objectContaining({
      code: 'LISTEN_REFUSED',
      message: expect.stringContaining('unsafeWithoutSignIn'),
    });
    expect(() => checkListen({ listen, unsafeWithoutSignIn: false })).toThrow(refusal);
    expect(() => checkListen({ listen, unsafeWithoutSignIn: true })).not.toThrow();
  },
);
