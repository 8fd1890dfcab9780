import { createServer } from 'node:net';

/**
 * Gateways for a benchmark, in a process of their own: every read of any unit is answered from one prepared frame, so
 * that the generator costs as little as it can. Arguments: number of gateways, and the unit that never answers (0: none).
 */
const [gateways = '1', silentUnit = '0'] = process.argv.slice(2);
const silent = Number(silentUnit);

/** The answer to a read of `count` registers, but for transaction, unit and function code. */
function prepared(count: number): Buffer {
  const frame = Buffer.alloc(9 + 2 * count);
  frame.writeUInt16BE(3 + 2 * count, 4);
  frame.writeUInt8(2 * count, 8);
  for (let i = 0; i + 1 < count; i += 2) frame.writeFloatBE(1 + i, 9 + 2 * i);
  return frame;
}

const frames = Array.from({ length: 126 }, (_, count) => prepared(count));

function serve(): Promise<number> {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (data: Buffer) => {
      for (let at = 0; at + 12 <= data.length; at += 12) {
        const frame = frames[data.readUInt16BE(at + 10)];
        if (frame === undefined || data[at + 6] === silent) continue;
        const answer = Buffer.from(frame);
        data.copy(answer, 0, at, at + 2);
        data.copy(answer, 6, at + 6, at + 8);
        socket.write(answer);
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

const ports = await Promise.all(Array.from({ length: Number(gateways) }, serve));
process.send?.({ ports });
process.on('disconnect', () => process.exit(0));
