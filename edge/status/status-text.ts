import { textTable } from '../platform/text-table.ts';
import type { EdgeStatus } from './status.ts';
import {
  BUS_COLUMNS,
  busCells,
  busProblems,
  countsText,
  DEVICE_COLUMNS,
  deviceCells,
  devicesByNeed,
  facts,
  title,
} from './words.ts';

const TITLE_WIDTH = 15;

export interface TextOptions {
  readonly maxBuses: number;
  readonly maxDevices: number;
}

/** The status for a terminal, at most so many rows of each table. */
export function statusText(status: EdgeStatus, { maxBuses, maxDevices }: TextOptions): string[] {
  const { nowMs } = status.clock;
  const devices = devicesByNeed(status);
  return [
    title(status),
    ...facts(status).map(([name, text]) => `${name.padEnd(TITLE_WIDTH)}${text}`),
    '',
    ...textTable(
      BUS_COLUMNS,
      status.buses.slice(0, maxBuses).map((bus) => busCells(bus, nowMs)),
    ),
    ...more(status.buses.length - maxBuses, 'buses'),
    ...busProblems(status).slice(0, maxBuses),
    '',
    countsText(devices),
    ...textTable(
      DEVICE_COLUMNS,
      devices.slice(0, maxDevices).map((device) => deviceCells(device, nowMs)),
    ),
    ...more(devices.length - maxDevices, 'devices'),
  ];
}

function more(count: number, what: string): string[] {
  return count <= 0 ? [] : [`… and ${count} more ${what}; --all shows them`];
}
