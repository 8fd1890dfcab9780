import type { BusConfig } from '../../config.ts';
import type { ProcessClock } from '../../platform/clock.ts';
import { durationMs } from '../../platform/units.ts';
import { ClientTransport } from './client-transport.ts';
import { type CharacterFormat, silenceMs } from './line-timing.ts';
import type { LinkOpener } from './link.ts';
import type { LineFault } from './rtu-frames.ts';
import { serialLink } from './serial-link.ts';
import { rtuOverTcpLink, tcpLink } from './tcp-link.ts';
import type { ModbusTransport, TransportEvents } from './transport.ts';

/** Makes the transport of a bus; the buses take another one in tests. */
export type CreateTransport = (config: BusConfig, clock: ProcessClock, events: TransportEvents) => ModbusTransport;

/** The transport that a bus is configured with; not connected yet. */
export const createTransport: CreateTransport = (config, clock, events) =>
  new ClientTransport({ name: addressOf(config), opener: openerOf(config, clock, events), clock, events });

/** Where a bus goes, for messages and reports. */
export function addressOf(config: BusConfig): string {
  return config.transport === 'rtu' ? config.path : `${config.host}:${config.port}`;
}

/** How characters are sent on the line of a bus; undefined where there is no line or its speed is not known. */
export function formatOf(config: BusConfig): CharacterFormat | undefined {
  if (config.transport === 'rtu') return config;
  if (config.transport === 'tcp' || config.baudRate === undefined) return undefined;
  // What is not known is taken to be as the specification has it: 11 bits a character.
  return { baudRate: config.baudRate, parity: 'even', stopBits: 1 };
}

/** 3.5 characters at 9 600 baud: for a converter whose line is not known. */
const USUAL_SILENCE_MS = 4;

/** Silence that is kept between an answer and the next request on the line of a bus, ms. */
export function interFrameMs(config: Exclude<BusConfig, { transport: 'tcp' }>): number {
  if (config.interFrame !== undefined) return durationMs(config.interFrame);
  const format = formatOf(config);
  return format === undefined ? USUAL_SILENCE_MS : silenceMs(format);
}

function openerOf(config: BusConfig, clock: ProcessClock, events: TransportEvents): LinkOpener {
  if (config.transport === 'tcp') return tcpLink(config, clock);
  const line = { interFrameMs: interFrameMs(config), onFault: (fault: LineFault) => events.onFault?.(fault) };
  if (config.transport === 'rtu-over-tcp') return rtuOverTcpLink(config, { ...line, format: formatOf(config) }, clock);
  return serialLink({ ...line, path: config.path, format: config }, clock);
}
