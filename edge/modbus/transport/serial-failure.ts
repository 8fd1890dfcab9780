import { constants } from 'node:fs';
import { open, readdir, readFile, readlink, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { isatty } from 'node:tty';
import { messageOf, systemCodeOf } from '../../platform/errors.ts';

const BY_ID = '/dev/serial/by-id';
const SERIAL_NAMES = /^tty(USB|ACM|AMA|S[0-9]+$|mxc|XRUSB|AP)/;
const SHOWN_DEVICES = 5;

/**
 * Why a serial device cannot be opened and what to do about it. serialport gives the operating system's words only, and
 * words are no ground to decide on: the device is looked at once more.
 */
export async function explainOpenFailure(
  path: string,
  error: unknown,
  probe: (path: string) => Promise<string | undefined> = probeDevice,
): Promise<string> {
  const code = await probe(path);
  switch (code) {
    case 'ENOENT':
    case 'ENXIO':
    case 'ENODEV':
      return `there is no such device; plug the adapter in, or name another: ${await devicesHere()}`;
    case 'EACCES':
    case 'EPERM':
      return `no permission: it is the group ${await groupOf(path)} that may use it; run "sudo usermod -aG ${await groupOf(path)} ${userInfo().username}" and sign in again`;
    case 'EISDIR':
    case 'ENOTTY':
      return `this is no serial device; name one: ${await devicesHere()}`;
    default:
      return explainBusy(path, code, error);
  }
}

async function explainBusy(path: string, code: string | undefined, error: unknown): Promise<string> {
  const holder = await holderOf(path);
  if (holder === undefined && code !== 'EBUSY') return messageOf(error);
  return `another process uses it (${holder ?? 'one that cannot be seen from here'}); end that one: a line has one master`;
}

/** The operating system's word on opening the device; undefined when it lets us. */
async function probeDevice(path: string): Promise<string | undefined> {
  try {
    const file = await open(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
    const isTerminal = isatty(file.fd);
    await file.close();
    return isTerminal ? undefined : 'ENOTTY';
  } catch (error) {
    return systemCodeOf(error);
  }
}

/** The serial devices of this machine, by names that stay the same when they are put into another socket. */
async function devicesHere(): Promise<string> {
  const lasting = (await namesIn(BY_ID)).map((name) => join(BY_ID, name));
  const plain = (await namesIn('/dev')).filter((name) => SERIAL_NAMES.test(name)).map((name) => join('/dev', name));
  const devices = lasting.length > 0 ? lasting : plain;
  if (devices.length === 0) return 'none is here now';
  const more = devices.length > SHOWN_DEVICES ? ` and ${devices.length - SHOWN_DEVICES} more` : '';
  return `here are ${devices.slice(0, SHOWN_DEVICES).join(', ')}${more}`;
}

async function groupOf(path: string): Promise<string> {
  const usual = 'dialout';
  try {
    const { gid } = await stat(path);
    const groups = (await readFile('/etc/group', 'utf8')).split('\n').map((line) => line.split(':'));
    const name = groups.find(([, , id]) => id === String(gid))?.[0];
    // A device of root alone is opened to a group by a udev rule; Debian's is dialout.
    return name === undefined || gid === 0 ? usual : name;
  } catch {
    return usual;
  }
}

/** The process that has the device open, as `name, process 123`; only those of this user can be seen, or all by root. */
async function holderOf(path: string): Promise<string | undefined> {
  const device = await stat(path).catch(() => undefined);
  if (device === undefined) return undefined;
  const pids = (await namesIn('/proc')).filter((name) => /^[0-9]+$/.test(name) && name !== String(process.pid));
  for (const pid of pids) {
    if (!(await hasOpen(pid, device.rdev))) continue;
    const name = await readFile(join('/proc', pid, 'comm'), 'utf8').catch(() => 'unknown');
    return `${name.trim()}, process ${pid}`;
  }
  return undefined;
}

async function hasOpen(pid: string, rdev: number): Promise<boolean> {
  const folder = join('/proc', pid, 'fd');
  for (const name of await namesIn(folder)) {
    const link = join(folder, name);
    const target = await readlink(link).catch(() => '');
    if (!target.startsWith('/dev/')) continue;
    const opened = await stat(link).catch(() => undefined);
    if (opened?.isCharacterDevice() && opened.rdev === rdev) return true;
  }
  return false;
}

/** Names in a folder; none when it cannot be read. */
async function namesIn(folder: string): Promise<string[]> {
  return await readdir(folder).catch(() => []);
}
