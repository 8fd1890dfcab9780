import { QUANTITIES } from '../protocol/quantities.ts';
import type { Console } from './console.ts';
import { pause } from './console.ts';
import { shownValue } from './main-values.ts';
import { type CheckedDevice, deviceTable } from './report-device.ts';

const INTERVAL_MS = 1000;
const CLEAR_SCREEN = '\u001b[H\u001b[2J';

export interface LiveOptions {
  /** Reads all devices once. */
  readonly read: () => Promise<readonly CheckedDevice[]>;
  readonly first: readonly CheckedDevice[];
  /** How long; undefined: until a key is pressed or the command is interrupted. */
  readonly seconds: number | undefined;
  readonly console: Console;
  readonly isTerminal: boolean;
}

/** Shows what the devices say, about each second: drawn anew on a terminal, else one block after the other. */
export async function showLive({ read, first, seconds, console, isTerminal }: LiveOptions): Promise<void> {
  const end = new AbortController();
  const stop = () => end.abort();
  console.signal.addEventListener('abort', stop);
  const timer = seconds === undefined ? undefined : setTimeout(stop, seconds * 1000);
  const releaseKeys = onKey(stop);
  try {
    let devices = first;
    for (;;) {
      if (isTerminal) console.print(`${CLEAR_SCREEN}live values; any key ends`);
      for (const line of liveLines(devices, console.width)) console.print(line);
      await pause(INTERVAL_MS, end.signal);
      if (end.signal.aborted) return;
      devices = await read();
      if (end.signal.aborted) return;
    }
  } finally {
    clearTimeout(timer);
    console.signal.removeEventListener('abort', stop);
    releaseKeys();
  }
}

/** Every key, Ctrl-C among them, calls back; nothing where standard input is no terminal. */
function onKey(callback: () => void): () => void {
  const { stdin } = process;
  if (!stdin.isTTY) return () => undefined;
  stdin.setRawMode(true);
  stdin.on('data', callback);
  stdin.resume();
  return () => {
    stdin.off('data', callback);
    stdin.setRawMode(false);
    stdin.pause();
  };
}

/** All values of a single device; the table of several. */
export function liveLines(devices: readonly CheckedDevice[], width: number): string[] {
  const table = deviceTable(devices, width);
  const [only] = devices;
  return devices.length === 1 && only ? [...table, '', ...valueGrid(only, width)] : table;
}

const CELL_WIDTH = 38;

function valueGrid({ reading }: CheckedDevice, width: number): string[] {
  const cells = reading.values
    .filter(({ words }) => words !== undefined)
    .map(({ metric, value }) => {
      const shown = `${shownValue(metric, value)} ${QUANTITIES[metric].unit}`.trimEnd();
      return `${metric.padEnd(24)}${shown.padStart(CELL_WIDTH - 25)}`.padEnd(CELL_WIDTH);
    });
  const perLine = Math.max(1, Math.floor((width + 2) / (CELL_WIDTH + 2)));
  const rows = Math.ceil(cells.length / perLine);
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: perLine }, (_, column) => cells[column * rows + row] ?? '')
      .join('  ')
      .trimEnd(),
  );
}
