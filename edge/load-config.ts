import { accessSync, constants, realpathSync } from 'node:fs';
import { type EdgeConfig, EdgeConfigSchema } from './config.ts';
import { checkBuses } from './modbus/check.ts';
import { loadConfig } from './platform/config.ts';
import type { Problem } from './platform/schema-errors.ts';
import { byteSize, isLoopback, parseListen } from './platform/units.ts';
import { loadModels, type ModelCatalogue } from './profiles/load.ts';

const MIN_OUTBOX_BYTES = 1024 * 1024;
const BROKER_FILES = ['passwordFile', 'caFile', 'certFile', 'keyFile'] as const;

/** A checked edge.yaml with the device models that it may name. */
export interface LoadedEdge {
  readonly file: string;
  readonly config: EdgeConfig;
  readonly models: ModelCatalogue;
}

/**
 * Reads edge.yaml and the device models, and checks all that can be checked without starting anything.
 *
 * @throws GridwardenError CONFIG_UNREADABLE, CONFIG_INVALID, MODEL_INVALID
 */
export function loadEdgeConfig(path: string): LoadedEdge {
  const loaded = loadConfig(EdgeConfigSchema, { file: path });
  const { file, value: config } = loaded;
  const models = loadModels(config.profiles);
  loaded.reject([
    ...checkBuses(config.buses, models, realPath),
    ...checkOutbox(config),
    ...checkBrokerFiles(config),
    ...checkMetrics(config),
  ]);
  return { file, config, models };
}

function checkOutbox({ outbox }: EdgeConfig): Problem[] {
  if (byteSize(outbox.maxBytes) >= MIN_OUTBOX_BYTES) return [];
  return [{ path: ['outbox', 'maxBytes'], message: 'must be at least 1MiB' }];
}

/** Said at the start rather than at every attempt to connect. */
function checkBrokerFiles({ broker }: EdgeConfig): Problem[] {
  return BROKER_FILES.flatMap((key) => {
    const file = broker[key];
    if (file === undefined || isReadable(file)) return [];
    return [{ path: ['broker', key], message: `the file ${file} cannot be read` }];
  });
}

/** Where a path leads, such as /dev/ttyUSB0 for a name in /dev/serial/by-id; itself while nothing is there. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** The metrics listener has no sign-in, so it stays on this machine. */
function checkMetrics({ metrics }: EdgeConfig): Problem[] {
  if (metrics === undefined) return [];
  const { host, port } = parseListen(metrics.listen);
  const path = ['metrics', 'listen'];
  if (port > 65_535) return [{ path, message: `a port is at most 65535, not ${port}` }];
  if (isLoopback(host)) return [];
  return [{ path, message: `must be an address of this machine such as 127.0.0.1:${port}, not ${host}` }];
}
