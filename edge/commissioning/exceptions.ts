import type { ReadFailure } from '../modbus/transport/transport.ts';

/** Modbus Application Protocol V1.1b3, section 7: what an exception says. */
const EXCEPTIONS: Readonly<Record<number, string>> = {
  1: 'illegal function: the device does not know this function code',
  2: 'illegal data address: the device does not have all of these registers',
  3: 'illegal data value: too many registers at once, or a number that it cannot give',
  4: 'device failure: the device could not do it',
  5: 'acknowledge: it takes longer',
  6: 'busy: the device is at another task',
  8: 'memory parity error in the device',
  10: 'gateway path unavailable: the gateway has no way to this unit',
  11: 'gateway target failed to respond: the gateway is there, the device behind it is silent',
};

/** Exceptions that come from a gateway in the place of a device that is not there. */
export function isGatewayException(exception: number | undefined): boolean {
  return exception === 10 || exception === 11;
}

/** A failed read in words. */
export function failureText(failure: ReadFailure): string {
  switch (failure.code) {
    case 'MODBUS_TIMEOUT':
      return 'no answer in time';
    case 'MODBUS_CONNECTION':
      return failure.reason;
    case 'MODBUS_MALFORMED':
      return `a damaged answer (${failure.reason})`;
    case 'MODBUS_EXCEPTION':
      return `exception ${failure.exception}, ${EXCEPTIONS[failure.exception ?? 0] ?? 'which the specification does not name'}`;
  }
}
