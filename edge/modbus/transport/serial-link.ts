import type { SerialPort } from 'serialport';
import type { ProcessClock } from '../../platform/clock.ts';
import { messageOf } from '../../platform/errors.ts';
import { LateAnswers } from './late-answers.ts';
import { type CharacterFormat, formatName } from './line-timing.ts';
import type { Link, LinkOpener } from './link.ts';
import type { LineFault } from './rtu-frames.ts';
import { rtuLink } from './rtu-link.ts';
import { useDirectly } from './serial-device.ts';
import { explainOpenFailure } from './serial-failure.ts';

const DATA_BITS = 8;

/** After this many links in a row without a sound answer the device is closed and opened again: drivers get stuck. */
const FRUITLESS_LINKS = 8;

const WITHOUT_DELAY = { dtr: true, rts: true, lowLatency: true };

export interface SerialSettings {
  readonly path: string;
  readonly format: CharacterFormat;
  readonly interFrameMs: number;
  readonly onFault: (fault: LineFault) => void;
}

/**
 * Opens a serial line with RTU frames, through the optional package `serialport`. The device stays open when a link is
 * dropped: closing it would take down the lines that many converters are powered from.
 */
export function serialLink(settings: SerialSettings, clock: ProcessClock): LinkOpener {
  return new SerialLine(settings, clock);
}

class SerialLine implements LinkOpener {
  readonly #settings: SerialSettings;
  readonly #clock: ProcessClock;
  readonly #late: LateAnswers;
  #port: SerialPort | undefined;
  #fruitless = 0;
  /** Something has answered here since the start: speed and wires are right. */
  #heard = false;
  #onLost: ((reason: string) => void) | undefined;

  constructor(settings: SerialSettings, clock: ProcessClock) {
    this.#settings = settings;
    this.#clock = clock;
    this.#late = new LateAnswers(clock);
  }

  async open(onClosed: (reason: string) => void): Promise<Link> {
    if (this.#fruitless >= FRUITLESS_LINKS) await this.close();
    const stream = this.#port?.isOpen ? this.#port : await this.#openPort();
    this.#port = stream;
    this.#fruitless += 1;
    this.#onLost = onClosed;
    const { format, interFrameMs, onFault } = this.#settings;
    const clock = this.#clock;
    const options = { stream, isOpen: () => stream.isOpen, clock, interFrameMs, format, late: this.#late, onFault };
    const link = await rtuLink(options, () => {
      if (this.#onLost === onClosed) this.#onLost = undefined;
      return Promise.resolve();
    });
    // Without a listener an error of the port would end the process.
    link.client.on('error', () => undefined);
    return {
      ...link,
      answered: () => {
        this.#fruitless = 0;
        this.#heard = true;
      },
      explanation: () => link.explanation?.() ?? (this.#heard ? undefined : nothingHeard(format)),
    };
  }

  async close(): Promise<void> {
    const port = this.#port;
    this.#port = undefined;
    this.#onLost = undefined;
    this.#fruitless = 0;
    if (port?.isOpen) await new Promise<void>((resolve) => port.close(() => resolve()));
  }

  async #openPort(): Promise<SerialPort> {
    const { path, format } = this.#settings;
    const { SerialPort } = await loadSerialport();
    const port = new SerialPort({ path, ...format, dataBits: DATA_BITS, autoOpen: false });
    try {
      await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));
    } catch (error) {
      throw new Error(await explainOpenFailure(path, error), { cause: error });
    }
    // USB adapters hold bytes back for up to 16 ms unless asked not to; drivers that cannot say so.
    port.set(WITHOUT_DELAY, () => undefined);
    useDirectly(port);
    port.on('error', (error) => this.#lost(port, messageOf(error)));
    port.on('close', () => this.#lost(port, 'the serial device is gone'));
    return port;
  }

  #lost(port: SerialPort, reason: string): void {
    if (this.#port !== port) return;
    this.#port = undefined;
    const tell = this.#onLost;
    this.#onLost = undefined;
    if (port.isOpen) port.close();
    tell?.(reason);
  }
}

function nothingHeard(format: CharacterFormat): string {
  return `nothing was ever heard on this line: check the unit, ${formatName(format)}, the wires A and B, and the power of the device`;
}

async function loadSerialport(): Promise<typeof import('serialport')> {
  try {
    return await import('serialport');
  } catch (cause) {
    throw new Error('the optional package serialport is not installed: run npm install without --omit=optional', {
      cause,
    });
  }
}
