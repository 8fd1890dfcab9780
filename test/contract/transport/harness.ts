import type { BusConfig } from '../../../edge/config.ts';
import { createTransport } from '../../../edge/modbus/transport/create.ts';
import type { LineFault } from '../../../edge/modbus/transport/rtu-frames.ts';
import {
  type ModbusTransport,
  type ReadFailure,
  type ReadRequest,
  readOnce,
  type WriteRequest,
} from '../../../edge/modbus/transport/transport.ts';
import { systemProcessClock } from '../../../edge/platform/clock.ts';
import { countingWords, type Framing, ModbusPeer, type PeerRequest } from '../../support/modbus-peer.ts';

export const PATIENT_MS = 10_000;
export const IMPATIENT_MS = 60;
/** Long enough for what the peer sends to arrive on a busy machine. */
export const ENOUGH_MS = 1500;

/** What carries a transport's frames to the peer. */
export interface Wire {
  readonly framing: Framing;
  /** A bus at the end of the wire. */
  configTo(peer: ModbusPeer): Promise<BusConfig>;
  /** A bus where nothing is, and what an error must say of it. */
  nowhere(): Promise<{ readonly config: BusConfig; readonly says: string }>;
  /** Takes the wire away under an open transport. */
  unplug(peer: ModbusPeer): Promise<void>;
  /** Puts it back. */
  plugIn(peer: ModbusPeer): Promise<void>;
  stop(): Promise<void>;
}

/** A transport under test with the peer at the other end of its wire. */
export class Lab {
  readonly peer: ModbusPeer;
  readonly wire: Wire;
  readonly transport: ModbusTransport;
  readonly downs: string[] = [];
  readonly faults: LineFault[] = [];

  private constructor(peer: ModbusPeer, wire: Wire, config: BusConfig) {
    this.peer = peer;
    this.wire = wire;
    this.transport = createTransport(config, systemProcessClock(), {
      onDown: (reason) => this.downs.push(reason),
      onFault: (fault) => this.faults.push(fault),
    });
  }

  static async open(wire: Wire): Promise<Lab> {
    const peer = await ModbusPeer.listen(wire.framing);
    const words = countingWords(0, 200);
    peer.unit(1, 4, words).unit(1, 3, words).unit(2, 4, words);
    const lab = new Lab(peer, wire, await wire.configTo(peer));
    await lab.transport.connect(PATIENT_MS);
    return lab;
  }

  async close(): Promise<void> {
    await this.transport.close();
    await this.wire.stop();
    await this.peer.close();
  }

  async words(request: ReadRequest): Promise<number[]> {
    const bytes = Buffer.from(await readOnce(this.transport, request));
    return Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readUInt16BE(2 * i));
  }

  async failure(request: ReadRequest): Promise<ReadFailure> {
    try {
      await readOnce(this.transport, request);
    } catch (failure) {
      return failure as ReadFailure;
    }
    throw new Error('the read succeeded');
  }

  /** The unit sends these bytes in the place of its next answer, and answers soundly again from then on. */
  once(bytes: (request: PeerRequest, answer: Buffer) => Buffer, unit = 1): void {
    let left = 1;
    this.peer.behave(unit, () => (left-- > 0 ? { kind: 'bytes', bytes } : { kind: 'answer' }));
  }
}

export function read(parts: Partial<ReadRequest> = {}): ReadRequest {
  return { unit: 1, functionCode: 4, address: 10, count: 3, timeoutMs: PATIENT_MS, ...parts };
}

export function write(address: number, values: number[]): WriteRequest {
  return { unit: 1, address, values, timeoutMs: PATIENT_MS };
}
