/**
 * Preloaded (`node --import`) into a process that must not outlive the one that started it, even when that one is killed
 * with SIGKILL and can stop nothing: the IPC channel closes with the parent, and the process then stops as on SIGTERM.
 *
 * The parent starts it with an IPC channel and its own id in GRIDWARDEN_PARENT_PID; a grandchild that only inherits the
 * variable or this preload is left alone.
 */
import process from 'node:process';
import { isMainThread } from 'node:worker_threads';

/** A stop that takes longer than this after the parent's end is cut off. */
const STOP_TIMEOUT_MS = 15_000;

if (isMainThread && process.channel && process.env.GRIDWARDEN_PARENT_PID === String(process.ppid)) {
  process.once('disconnect', () => {
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), STOP_TIMEOUT_MS).unref();
    process.kill(process.pid, 'SIGTERM');
  });
  // A listener would keep the process running although its work is done.
  process.channel.unref();
}
