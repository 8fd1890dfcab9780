import type { BusConfig } from '../../config.ts';
import type { ProcessClock } from '../../platform/clock.ts';
import { ClientTransport } from './client-transport.ts';
import type { OpenLink } from './link.ts';
import { serialLink } from './serial-link.ts';
import { tcpLink } from './tcp-link.ts';
import type { ModbusTransport, TransportEvents } from './transport.ts';

/** Makes the transport of a bus; the buses take another one in tests. */
export type CreateTransport = (config: BusConfig, clock: ProcessClock, events: TransportEvents) => ModbusTransport;

/** The transport that a bus is configured with; not connected yet. */
export const createTransport: CreateTransport = (config, clock, events) =>
  new ClientTransport({ name: addressOf(config), openLink: linkOf(config, clock), clock, events });

/** Where a bus goes, for messages and reports. */
export function addressOf(config: BusConfig): string {
  return config.transport === 'rtu' ? config.path : `${config.host}:${config.port}`;
}

function linkOf(config: BusConfig, clock: ProcessClock): OpenLink {
  if (config.transport === 'rtu') return serialLink(config, clock);
  const { host, port, transport } = config;
  return tcpLink({ host, port }, transport, clock);
}
