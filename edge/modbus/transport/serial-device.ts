import { readSync, writeSync } from 'node:fs';
import type { SerialPort } from 'serialport';
import { systemCodeOf } from '../../platform/errors.ts';

/** Nothing there yet, or no room: to be tried again when the device says so. */
const NOT_YET: readonly (string | undefined)[] = ['EAGAIN', 'EWOULDBLOCK', 'EINTR'];

/** What serialport has on an open device where the operating system polls it (Linux, macOS). */
interface Polled {
  readonly fd: number | null;
  readonly poller: { once(event: 'readable' | 'writable', callback: (error: unknown) => void): unknown };
  read(buffer: Buffer, offset: number, length: number): Promise<{ buffer: Buffer; bytesRead: number }>;
  write(buffer: Buffer): Promise<void>;
}

/**
 * Reads and writes an open device in the place of serialport 13, whose own way has three faults. A device that hangs up
 * while it is read gives no bytes and no error: the library then reads again and again, for ever, and takes a whole core.
 * Its native part calls back without letting promises go on (Node 26): what has come would only be noticed when
 * something else happens. And each read and write waits for another thread, for nothing: serialport opens devices so
 * that neither ever blocks.
 */
export function useDirectly({ port }: SerialPort): void {
  if (port === undefined || !('poller' in port)) return;
  const device: Polled = port;
  device.read = async (buffer, offset, length) => {
    for (;;) {
      const bytesRead = attempt(device, (fd) => readSync(fd, buffer, offset, length, null));
      if (bytesRead === 0) throw new Error('the serial device is gone');
      if (bytesRead !== undefined) return { buffer, bytesRead };
      await ready(device, 'readable');
    }
  };
  device.write = async (buffer) => {
    for (let sent = 0; sent < buffer.length; ) {
      const written = attempt(device, (fd) => writeSync(fd, buffer, sent));
      if (written === undefined) await ready(device, 'writable');
      else sent += written;
    }
  };
}

/** Bytes read or written; undefined when it cannot be done yet. */
function attempt({ fd }: Polled, act: (fd: number) => number): number | undefined {
  if (fd === null) throw closedHere();
  try {
    return act(fd);
  } catch (error) {
    if (NOT_YET.includes(systemCodeOf(error))) return undefined;
    throw error;
  }
}

function ready({ fd, poller }: Polled, event: 'readable' | 'writable'): Promise<void> {
  return new Promise((resolve, reject) => {
    // The poller of a device that was closed meanwhile is gone: to ask it ends the process with a segmentation fault.
    if (fd === null) return reject(closedHere());
    poller.once(event, (error) => setImmediate(() => (error ? reject(error) : resolve())));
  });
}

/** What the stream takes for the end of reading that follows its closing. */
function closedHere(): Error {
  return Object.assign(new Error('the device was closed'), { canceled: true });
}
