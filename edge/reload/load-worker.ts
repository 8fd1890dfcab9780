import { parentPort, workerData } from 'node:worker_threads';
import { loadEdgeConfig } from '../load-config.ts';
import { codeOf, messageOf } from '../platform/errors.ts';
import type { LoadAnswer } from './load-aside.ts';

/** Reads and checks the configuration named by `workerData`, and ends. */
function load(file: unknown): LoadAnswer {
  try {
    return { loaded: loadEdgeConfig(String(file)) };
  } catch (error) {
    return { code: codeOf(error), message: messageOf(error) };
  }
}

parentPort?.postMessage(load(workerData));
