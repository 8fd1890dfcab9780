import modbusSerial from 'modbus-serial';
import type { ProcessClock, Timer } from '../../platform/clock.ts';
import { messageOf } from '../../platform/errors.ts';
import type { OpenLink } from './link.ts';

const { default: ModbusRTU } = modbusSerial;

export interface SerialSettings {
  readonly path: string;
  readonly baudRate: number;
  readonly parity: 'none' | 'even' | 'odd';
  readonly stopBits: 1 | 2;
}

/**
 * How often the line is looked at while an answer is awaited. The native part of serialport 13 calls back without letting
 * promises go on under Node 26, and its reading is made of promises: without anything else to do, an answer would only
 * be noticed when the next request is sent. Any timer lets them go on.
 */
const NUDGE_MS = 5;

/** Opens a serial line with RTU frames. It needs the optional package `serialport`, which modbus-serial loads. */
export function serialLink(settings: SerialSettings, clock: ProcessClock): OpenLink {
  return async (onClosed) => {
    const client = new ModbusRTU();
    const nudge = new Nudge(clock);
    let dropped = false;
    const lost = (reason: string) => {
      if (dropped) return;
      dropped = true;
      onClosed(reason);
    };
    client.on('error', (error) => lost(messageOf(error)));
    client.on('close', () => lost('the serial device is gone'));
    const { path, baudRate, parity, stopBits } = settings;
    await client.connectRTUBuffered(path, { baudRate, parity, stopBits, dataBits: 8 });
    return {
      client,
      waiting: (isWaiting) => nudge.set(isWaiting),
      drop() {
        dropped = true;
        nudge.set(false);
        return new Promise<void>((resolve) => client.close(() => resolve()));
      },
    };
  };
}

/** A timer that runs on while something is awaited, and does nothing. */
class Nudge {
  readonly #clock: ProcessClock;
  #timer: Timer | undefined;

  constructor(clock: ProcessClock) {
    this.#clock = clock;
  }

  set(isWaiting: boolean): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (isWaiting) this.#timer = this.#clock.setTimer(NUDGE_MS, () => this.set(true));
  }
}
