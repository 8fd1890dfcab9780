import { connect, type Socket } from 'node:net';
import { loadModels, modelNamed } from '../../../edge/profiles/load.ts';
import type { DeviceModel } from '../../../edge/profiles/model.ts';
import type { LiveDevice } from '../../../simulators/live/scenario-fleet.ts';

/** The first block of fast registers that a model gives in one read. */
function blockOf({ registers, limits }: DeviceModel) {
  const [first] = registers.filter(({ pollClass }) => pollClass === 'fast');
  if (!first) throw new RangeError('a model without fast registers');
  const own = registers.filter(
    ({ functionCode, address, count }) =>
      functionCode === first.functionCode && address + count <= first.address + limits.maxRegistersPerRead,
  );
  const last = own.at(-1) ?? first;
  return { functionCode: first.functionCode, address: first.address, count: last.address + last.count - first.address };
}

/** Reads every device of a fleet once a second, one request in flight at each gateway, as agents do; without decoding. */
export class FleetReader {
  answered = 0;
  refused = 0;
  readonly #sockets: Socket[] = [];
  readonly #timers: NodeJS.Timeout[] = [];

  constructor(devices: readonly LiveDevice[]) {
    const models = loadModels();
    const byPort = Map.groupBy(devices, ({ port }) => port);
    for (const [port, own] of byPort) {
      const frames = own.map((device) => frameOf(device, blockOf(modelNamed(models, device.model))));
      this.#read(port, frames);
    }
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
    for (const socket of this.#sockets) socket.destroy();
  }

  #read(port: number, frames: readonly Buffer[]): void {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    let next = frames.length;
    let held = Buffer.alloc(0);
    const ask = () => {
      const frame = frames[next];
      next += 1;
      if (frame) socket.write(frame);
    };
    socket.on('data', (chunk: Buffer) => {
      held = Buffer.concat([held, chunk]);
      if (held.length < 9 || held.length < 6 + held.readUInt16BE(4)) return;
      this.answered += 1;
      if ((held[7] ?? 0) > 0x80) this.refused += 1;
      held = Buffer.alloc(0);
      ask();
    });
    this.#sockets.push(socket);
    this.#timers.push(
      setInterval(() => {
        if (next < frames.length) return;
        next = 0;
        ask();
      }, 1000),
    );
  }
}

interface Block {
  readonly functionCode: number;
  readonly address: number;
  readonly count: number;
}

function frameOf({ unit }: LiveDevice, { functionCode, address, count }: Block): Buffer {
  const frame = Buffer.alloc(12);
  frame.writeUInt16BE(unit, 0);
  frame.writeUInt16BE(6, 4);
  frame.writeUInt8(unit, 6);
  frame.writeUInt8(functionCode, 7);
  frame.writeUInt16BE(address, 8);
  frame.writeUInt16BE(count, 10);
  return frame;
}
