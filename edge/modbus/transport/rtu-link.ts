import modbusSerial from 'modbus-serial';
import type { Link } from './link.ts';
import { RtuPort, type RtuPortOptions } from './rtu-port.ts';

const { default: ModbusRTU } = modbusSerial;

/** A link with RTU frames over a stream that is open; `end` does what its end means for the stream. */
export async function rtuLink(options: RtuPortOptions, end: () => Promise<void>): Promise<Link> {
  const port = new RtuPort(options);
  const client = new ModbusRTU(port);
  await new Promise<void>((resolve) => client.open(() => resolve()));
  return {
    client,
    leastMs: (count) => port.leastMs(count),
    explanation: () => port.explanation(),
    drop() {
      port.detach();
      return end();
    },
  };
}
