import { Duplex } from 'node:stream';
import { expect, test } from 'vitest';
import { joinWrites } from '../../../../edge/platform/join-writes.ts';

/** Keeps what reaches the device below it, write by write; strings come through as strings, as with a socket. */
function recorder(): { stream: Duplex; writes: Buffer[] } {
  const writes: Buffer[] = [];
  const stream = new Duplex({
    decodeStrings: false,
    read() {},
    write(chunk: Buffer, _encoding, done) {
      writes.push(chunk);
      done();
    },
  });
  return { stream, writes };
}

test('what was written while corked arrives as one piece, whole and in order', () => {
  const { stream, writes } = recorder();
  joinWrites(stream);
  stream.cork();
  stream.write(Buffer.from([0x30, 0x0a]));
  stream.write('spBv1.0/Zähler', 'utf8');
  stream.write(new Uint8Array([1, 2, 3]));
  stream.write('');
  expect(writes).toEqual([]);
  stream.uncork();
  expect(writes).toEqual([
    Buffer.concat([Buffer.from([0x30, 0x0a]), Buffer.from('spBv1.0/Zähler'), Buffer.from([1, 2, 3])]),
  ]);
});

test('a failure of the one write is told to every writer', async () => {
  const failure = new Error('gone');
  const stream = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done(failure) });
  stream.on('error', () => undefined);
  joinWrites(stream);
  stream.cork();
  const told = ['a', 'b'].map((text) => new Promise((resolve) => stream.write(text, resolve)));
  stream.uncork();
  expect(await Promise.all(told)).toEqual([failure, expect.any(Error)]);
});
