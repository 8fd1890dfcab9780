import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { findPymodbusPython, pymodbusFolder } from '../find.ts';
import { PYMODBUS_VERSION, PYSERIAL_VERSION } from '../versions.ts';
import { run, say } from './run.ts';

/** Makes a Python environment in the cache folder with pymodbus in it, unless it is there. */
export async function installPymodbus(): Promise<void> {
  if (findPymodbusPython().found) return say(`pymodbus ${PYMODBUS_VERSION}: there`);
  const folder = pymodbusFolder();
  // What an earlier attempt left unfinished.
  await rm(folder, { recursive: true, force: true });
  await run('python3', ['-m', 'venv', folder], { what: `making a Python environment in ${folder}` });
  const pip = join(folder, 'bin/pip');
  await run(pip, ['install', '--quiet', `pymodbus==${PYMODBUS_VERSION}`, `pyserial==${PYSERIAL_VERSION}`], {
    what: `installing pymodbus ${PYMODBUS_VERSION}`,
  });
}
