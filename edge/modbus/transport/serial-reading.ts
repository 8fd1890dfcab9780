import { read } from 'node:fs';
import type { SerialPort } from 'serialport';
import { systemCodeOf } from '../../platform/errors.ts';

/** Nothing there yet, or interrupted: to be read when the device says so. */
const NOT_YET: readonly (string | undefined)[] = ['EAGAIN', 'EWOULDBLOCK', 'EINTR'];

/** What serialport has on an open device where the operating system polls it (Linux, macOS). */
interface Polled {
  readonly fd: number | null;
  readonly poller: { once(event: 'readable', callback: (error: unknown) => void): unknown };
  read(buffer: Buffer, offset: number, length: number): Promise<{ buffer: Buffer; bytesRead: number }>;
}

/**
 * Reads an open device in the place of serialport 13, whose own way has two faults. A device that hangs up while it is
 * read gives no bytes and no error: the library then reads again and again, for ever, and takes a whole core. And its
 * native part calls back without letting promises go on (Node 26): what has come would only be noticed when something
 * else happens.
 */
export function readUntilHangUp({ port }: SerialPort): void {
  if (port === undefined || !('poller' in port)) return;
  const device: Polled = port;
  device.read = async (buffer, offset, length) => {
    for (;;) {
      const bytesRead = await readNow(device.fd, buffer, offset, length);
      if (bytesRead !== undefined) return { buffer, bytesRead };
      await readable(device);
    }
  };
}

/** Bytes read; undefined when none are there yet. */
function readNow(fd: number | null, buffer: Buffer, offset: number, length: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    if (fd === null) return reject(closedHere());
    read(fd, buffer, offset, length, null, (error, bytesRead) => {
      if (error === null) bytesRead > 0 ? resolve(bytesRead) : reject(new Error('the serial device is gone'));
      else if (NOT_YET.includes(systemCodeOf(error))) resolve(undefined);
      else reject(error);
    });
  });
}

function readable({ fd, poller }: Polled): Promise<void> {
  return new Promise((resolve, reject) => {
    // The poller of a device that was closed meanwhile is gone: to ask it ends the process with a segmentation fault.
    if (fd === null) return reject(closedHere());
    poller.once('readable', (error) => setImmediate(() => (error ? reject(error) : resolve())));
  });
}

/** What the stream takes for the end of reading that follows its closing. */
function closedHere(): Error {
  return Object.assign(new Error('the device was closed'), { canceled: true });
}
