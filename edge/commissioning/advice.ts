import type { BusConfig } from '../config.ts';
import type { ReadFailure } from '../modbus/transport/transport.ts';
import { isGatewayException } from './exceptions.ts';

/** What to look at when the line or the gateway cannot be reached. */
export function unreachableAdvice(bus: BusConfig): string {
  if (bus.transport === 'rtu')
    return 'Is the adapter plugged in, the path right, and may this user open it (group dialout)? Does another program, such as a running edge, hold it?';
  return `Look at address, port and cable; does the device speak Modbus TCP on port ${bus.port}? Some allow one connection only: stop whoever else holds it.`;
}

/** What to look at when one unit does not answer. */
export function silentAdvice(unit: number): string {
  return `Is ${unit} its unit (try "scan")? Is it powered; are A and B the right way round; do baud rate and parity agree?`;
}

/** What to look at when no unit at all answered a scan. */
export function nobodyAdvice(bus: BusConfig): string {
  if (bus.transport === 'rtu')
    return 'Nobody answered: look at power, wiring (A and B), baud rate and parity, or give it longer (--timeout 1s).';
  const frames =
    bus.transport === 'tcp'
      ? 'some converters pass serial frames on as they are (--rtu-over-tcp)'
      : 'most gateways speak Modbus TCP (leave --rtu-over-tcp out)';
  return `Nobody answered: is port ${bus.port} the one for Modbus (mostly 502); ${frames}; behind a gateway look at power, wiring (A and B), baud rate and parity; or give it longer (--timeout 1s).`;
}

/** What to try after a raw read of `count` registers failed. */
export function readAdvice(failure: ReadFailure, { unit, count }: { unit: number; count: number }, bus: BusConfig) {
  switch (failure.code) {
    case 'MODBUS_CONNECTION':
      return unreachableAdvice(bus);
    case 'MODBUS_TIMEOUT':
      return silentAdvice(unit);
    case 'MODBUS_MALFORMED':
      return 'Look at baud rate and parity, and at two devices with the same unit.';
    case 'MODBUS_EXCEPTION':
      if (isGatewayException(failure.exception)) return `The gateway is fine. ${silentAdvice(unit)}`;
      return count > 1
        ? 'One register that the device does not have refuses them all: try fewer, or the other function code (--fc).'
        : 'Try the other function code (--fc 3 or --fc 4), or the address one lower: documents often count from 1.';
  }
}
