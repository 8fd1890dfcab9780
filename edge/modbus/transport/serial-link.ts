import modbusSerial from 'modbus-serial';
import { messageOf } from '../../platform/errors.ts';
import type { OpenLink } from './link.ts';

const { default: ModbusRTU } = modbusSerial;

export interface SerialSettings {
  readonly path: string;
  readonly baudRate: number;
  readonly parity: 'none' | 'even' | 'odd';
  readonly stopBits: 1 | 2;
}

/** Opens a serial line with RTU frames. It needs the optional package `serialport`, which modbus-serial loads. */
export function serialLink(settings: SerialSettings): OpenLink {
  return async (onClosed) => {
    const client = new ModbusRTU();
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
      drop() {
        dropped = true;
        return new Promise<void>((resolve) => client.close(() => resolve()));
      },
    };
  };
}
