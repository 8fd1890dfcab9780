/** How characters are sent on a serial line. RTU frames always have 8 data bits (Modbus over serial line V1.02, section 2.5.1). */
export interface CharacterFormat {
  readonly baudRate: number;
  readonly parity: 'none' | 'even' | 'odd';
  readonly stopBits: 1 | 2;
}

/** Start bit and data bits. */
const START_AND_DATA_BITS = 9;
const SILENT_CHARACTERS = 3.5;
/** Above this speed the silence between frames is a fixed time, so that no processor drowns in interrupts. */
const FASTEST_BY_CHARACTER_BAUD = 19_200;
const FIXED_SILENCE_MS = 1.75;

/** Milliseconds that one character takes. */
export function characterMs({ baudRate, parity, stopBits }: CharacterFormat): number {
  return ((START_AND_DATA_BITS + (parity === 'none' ? 0 : 1) + stopBits) * 1000) / baudRate;
}

/** Milliseconds of silence between two frames (Modbus over serial line V1.02, section 2.5.1.1). */
export function silenceMs(format: CharacterFormat): number {
  return format.baudRate > FASTEST_BY_CHARACTER_BAUD ? FIXED_SILENCE_MS : SILENT_CHARACTERS * characterMs(format);
}

/** How a format is usually written, such as `9600 baud 8N1`. */
export function formatName({ baudRate, parity, stopBits }: CharacterFormat): string {
  return `${baudRate} baud 8${parity.charAt(0).toUpperCase()}${stopBits}`;
}
