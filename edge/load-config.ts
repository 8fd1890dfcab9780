import { realpathSync } from 'node:fs';
import { type EdgeConfig, EdgeConfigSchema } from './config.ts';
import { checkBuses } from './modbus/check.ts';
import { BROKER_FILES } from './platform/common-config.ts';
import { loadConfig, unreadableFiles } from './platform/config.ts';
import type { Problem } from './platform/schema-errors.ts';
import { byteSize, isLoopback, parseListen } from './platform/units.ts';
import { loadModels, type ModelCatalogue } from './profiles/load.ts';

const MIN_OUTBOX_BYTES = 1024 * 1024;

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
    // Said at the start rather than at every attempt to connect.
    ...unreadableFiles(config.broker, ['broker'], BROKER_FILES),
    ...checkMetrics(config),
  ]);
  return { file, config, models };
}

function checkOutbox({ outbox }: EdgeConfig): Problem[] {
  if (byteSize(outbox.maxBytes) >= MIN_OUTBOX_BYTES) return [];
  return [{ path: ['outbox', 'maxBytes'], message: 'must be at least 1MiB' }];
}

/** Where a path leads, such as /dev/ttyUSB0 for a name in /dev/serial/by-id; itself while nothing is there. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
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
