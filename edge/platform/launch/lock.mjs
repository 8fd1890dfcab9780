/**
 * A lock between processes of one machine, for work on files that two launches at once would spoil: a file that holds
 * the identity of its owner. An owner that died without removing it is recognised and its lock is taken over.
 */
import { appendFileSync, linkSync, mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { say } from './say.mjs';

const RETRY_MS = 200;

/**
 * The identity of a running process: its id and when it started, because ids are used again after a restart of the
 * machine. Undefined when there is no such process, or only its remains that nobody has collected yet.
 */
function identityOf(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code !== 'EPERM') return undefined;
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Fields are counted behind the command, which may hold spaces and brackets: the third is the state, the 22nd the
    // start time.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : `${pid}:${fields[19]}`;
  } catch {
    return `${pid}:`;
  }
}

function readLock(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** True while any process named in a lock still runs: the owner, or what it started to do the work. */
function isHeld(content) {
  const identities = content.split('\n').filter(Boolean);
  return identities.some((identity) => identityOf(Number.parseInt(identity, 10)) === identity);
}

/** The link makes the lock appear with its content in one step, so that nobody reads an empty one. */
function tryTake(path) {
  const own = `${path}.${process.pid}`;
  writeFileSync(own, `${identityOf(process.pid)}\n`);
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

/**
 * Removes the lock of a dead owner. Two waiters may find the same dead owner: the folder named after it lets one of them
 * through, and reading again under it keeps the second from removing the lock that the first has taken meanwhile.
 */
function removeDead(path, content) {
  const marker = `${path}.dead-${Number.parseInt(content, 10)}`;
  try {
    mkdirSync(marker);
  } catch (error) {
    if (error.code === 'EEXIST') return;
    throw error;
  }
  try {
    if (readLock(path) === content) rmSync(path);
  } finally {
    rmdirSync(marker);
  }
}

async function take(path, what) {
  mkdirSync(dirname(path), { recursive: true });
  let announced = false;
  while (!tryTake(path)) {
    const content = readLock(path);
    if (content === undefined) continue;
    if (!isHeld(content)) {
      removeDead(path, content);
    } else if (!announced) {
      announced = true;
      say(`waiting for process ${Number.parseInt(content, 10)}, which is ${what} (lock ${path})`);
    }
    await delay(RETRY_MS);
  }
}

/**
 * Runs `work` while holding the lock at `path`. `work` is given a function that adds a process to the owners, so that a
 * child that outlives a killed launcher keeps the lock.
 */
export async function withLock(path, what, work) {
  await take(path, what);
  try {
    return await work((pid) => appendFileSync(path, `${identityOf(pid) ?? ''}\n`));
  } finally {
    rmSync(path, { force: true });
  }
}
