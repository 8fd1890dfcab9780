import { createServer, type Socket } from 'node:net';

/**
 * Gateways for a benchmark, in a process of their own: every read of any unit is answered from one prepared frame, so
 * that the generator costs as little as it can. Arguments: number of gateways; the unit that is sick (0: none); what it
 * suffers from, one for each gateway, or one for all. Answers `asked` with how many units were asked
 * so far, since `forget`.
 */
const [gateways = '1', sickUnit = '0', sicknesses = 'silent'] = process.argv.slice(2);
const sick = Number(sickUnit);
const kinds = sicknesses.split(',');

const LATE_MS = 1500;
const SLOW_MS = 150;
const LONGEST_RUBBISH_BYTES = 40;

/** The answer to a read of `count` registers, but for transaction, unit and function code. */
function prepared(count: number): Buffer {
  const frame = Buffer.alloc(9 + 2 * count);
  frame.writeUInt16BE(3 + 2 * count, 4);
  frame.writeUInt8(2 * count, 8);
  for (let i = 0; i + 1 < count; i += 2) frame.writeFloatBE(1 + i, 9 + 2 * i);
  return frame;
}

const frames = Array.from({ length: 126 }, (_, count) => prepared(count));
let asked = 0;

function answerTo(data: Buffer, at: number): Buffer | undefined {
  const frame = frames[data.readUInt16BE(at + 10)];
  if (frame === undefined) return undefined;
  const answer = Buffer.from(frame);
  data.copy(answer, 0, at, at + 2);
  data.copy(answer, 6, at + 6, at + 8);
  return answer;
}

/** What a sick unit does with a request. */
function suffer(socket: Socket, kind: string | undefined, data: Buffer, at: number): void {
  const answer = answerTo(data, at);
  if (answer === undefined) return;
  const exception = (code: number) => {
    const refusal = Buffer.from([...answer.subarray(0, 4), 0, 3, answer[6] ?? 0, (answer[7] ?? 0) | 0x80, code]);
    socket.write(refusal);
  };
  const later = (delayMs: number) => setTimeout(() => socket.destroyed || socket.write(answer), delayMs);
  switch (kind) {
    case 'late':
      later(LATE_MS);
      return;
    case 'slow':
      later(SLOW_MS);
      return;
    case 'refusing':
      exception(2);
      return;
    case 'failing':
      exception(4);
      return;
    case 'unreachable':
      setTimeout(() => socket.destroyed || exception(11), 300);
      return;
    case 'rubbish':
      socket.write(Buffer.from(Array.from({ length: LONGEST_RUBBISH_BYTES }, () => Math.floor(Math.random() * 256))));
      return;
    case 'cutting':
      socket.destroy();
      return;
    case 'well':
      socket.write(answer);
  }
}

const seenOf = Array.from({ length: Number(gateways) }, () => new Set<number>());

function serve(gateway: number): Promise<number> {
  const kind = kinds[gateway % kinds.length];
  const seen = seenOf[gateway] ?? new Set<number>();
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (data: Buffer) => {
      for (let at = 0; at + 12 <= data.length; at += 12) {
        const unit = data[at + 6] ?? 0;
        if (seen.size < 255 && !seen.has(unit)) {
          seen.add(unit);
          asked += 1;
        }
        if (unit === sick) {
          suffer(socket, kind, data, at);
          continue;
        }
        const answer = answerTo(data, at);
        if (answer !== undefined) socket.write(answer);
      }
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(address !== null && typeof address === 'object' ? address.port : 0);
    });
  });
}

const ports = await Promise.all(Array.from({ length: Number(gateways) }, (_, gateway) => serve(gateway)));
process.send?.({ ports });
process.on('message', (message) => {
  if (message === 'asked') process.send?.({ asked });
  if (message !== 'forget') return;
  asked = 0;
  for (const seen of seenOf) seen.clear();
});
process.on('disconnect', () => process.exit(0));
