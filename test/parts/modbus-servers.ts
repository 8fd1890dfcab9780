import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cacheFolder, type Found, findLibmodbus, findPymodbusPython, type LibmodbusPart } from './find.ts';
import { freePort } from './ports.ts';
import { acceptsConnections, startPartProcess } from './process.ts';
import { flattenRegisterImage, type RegisterImage } from './register-image.ts';

/** A foreign Modbus TCP server that answers from a register image. */
export interface ForeignModbusServer {
  readonly host: string;
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
  /** Ends it with SIGKILL. */
  kill(): Promise<void>;
}

async function start(
  name: string,
  command: string,
  args: readonly string[],
  imageText: string,
): Promise<ForeignModbusServer> {
  const dir = mkdtempSync(join(tmpdir(), 'gridwarden-modbus-'));
  const image = join(dir, 'image');
  writeFileSync(image, imageText);
  const port = await freePort();
  const isReady = (): Promise<boolean> => acceptsConnections(port);
  try {
    const running = await startPartProcess({ name, command, args: [...args, image, String(port)], isReady });
    return { host: '127.0.0.1', port, pid: running.pid, stop: () => running.stop(), kill: () => running.kill() };
  } finally {
    // It has read the image once it listens.
    rmSync(dir, { recursive: true });
  }
}

/** A foreign Modbus RTU server on a serial line. */
export interface ForeignLineServer {
  stop(): Promise<void>;
}

async function startOnLine(name: string, program: readonly string[], imageText: string, line: string) {
  const [command = '', ...args] = program;
  const dir = mkdtempSync(join(tmpdir(), 'gridwarden-modbus-'));
  const image = join(dir, 'image');
  writeFileSync(image, imageText);
  let said = '';
  try {
    return await startPartProcess({
      name,
      command,
      args: [...args, image, line],
      isReady: () => Promise.resolve(said.includes('ready')),
      onOutput: (text) => {
        said += text;
      },
    });
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** Starts pymodbus on the serial line `line`, with all units of `image`. */
export function startPymodbusOnLine(image: RegisterImage, line: string): Promise<ForeignLineServer> {
  const lookup = findPymodbusPython();
  if (!lookup.found) throw new Error(lookup.reason);
  const script = join(import.meta.dirname, 'pymodbus_server.py');
  return startOnLine('pymodbus', [lookup.part.path, script], JSON.stringify(image), line);
}

/** Starts a server on libmodbus on the serial line `line`, with the first unit of `image`. */
export function startLibmodbusOnLine(image: RegisterImage, line: string): Promise<ForeignLineServer> {
  const lookup = findLibmodbus();
  if (!lookup.found) throw new Error(lookup.reason);
  return startOnLine('libmodbus', [compileServer(lookup.part)], flattenRegisterImage(image), line);
}

/** Starts pymodbus on `image`; fails with the reason when it is not installed. */
export async function startPymodbusServer(image: RegisterImage): Promise<ForeignModbusServer> {
  const lookup = findPymodbusPython();
  if (!lookup.found) throw new Error(lookup.reason);
  const script = join(import.meta.dirname, 'pymodbus_server.py');
  return start('pymodbus', lookup.part.path, [script], JSON.stringify(image));
}

/** Compiles the server unless a program of the same source lies in the cache; returns its path. */
function compileServer({ compiler, flags }: LibmodbusPart): string {
  const source = join(import.meta.dirname, 'libmodbus_server.c');
  const key = createHash('sha256').update(readFileSync(source)).digest('hex').slice(0, 16);
  const program = join(cacheFolder(), `libmodbus-server-${key}`);
  if (existsSync(program)) return program;
  mkdirSync(dirname(program), { recursive: true });
  const unfinished = `${program}.${process.pid}`;
  const { status, stderr } = spawnSync(compiler, ['-O1', '-Wall', '-o', unfinished, source, ...flags], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${compiler} cannot compile ${source}:\n${stderr}`);
  renameSync(unfinished, program);
  return program;
}

/** Starts a server on libmodbus that answers from `image`; fails with the reason when libmodbus is not installed. */
export async function startLibmodbusServer(image: RegisterImage): Promise<ForeignModbusServer> {
  const lookup = findLibmodbus();
  if (!lookup.found) throw new Error(lookup.reason);
  return start('libmodbus', compileServer(lookup.part), [], flattenRegisterImage(image));
}

/** Servers of others, each with how it is found. */
export const FOREIGN_SERVERS: readonly {
  readonly name: string;
  readonly lookup: Found<unknown>;
  readonly start: (image: RegisterImage) => Promise<ForeignModbusServer>;
}[] = [
  { name: 'pymodbus', lookup: findPymodbusPython(), start: startPymodbusServer },
  { name: 'libmodbus', lookup: findLibmodbus(), start: startLibmodbusServer },
];
