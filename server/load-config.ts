import { BROKER_FILES } from '../edge/platform/common-config.ts';
import { loadConfig, unreadableFiles } from '../edge/platform/config.ts';
import { didYouMean } from '../edge/platform/names.ts';
import type { Problem } from '../edge/platform/schema-errors.ts';
import { parseListen } from '../edge/platform/units.ts';
import { checkListen } from './access/listen-rule.ts';
import { loadUsers } from './access/users.ts';
import { loadRules } from './alarms/rules.ts';
import { type ServerConfig, ServerConfigSchema } from './config.ts';

/**
 * Reads server.yaml and the files it names, and checks all that can be checked without starting anything.
 * @throws GridwardenError CONFIG_UNREADABLE, CONFIG_INVALID, LISTEN_REFUSED
 */
export function loadServerConfig(path: string): { readonly file: string; readonly config: ServerConfig } {
  const loaded = loadConfig(ServerConfigSchema, { file: path });
  const { file, value: config } = loaded;
  loaded.reject([...timeZoneProblems(config), ...portProblems(config), ...fileProblems(config)]);
  checkListen(config);
  if (config.users !== undefined) loadUsers(config.users);
  if (config.rules !== undefined) loadRules(config.rules);
  return { file, config };
}

function timeZoneProblems({ timeZone }: ServerConfig): Problem[] {
  if (isTimeZone(timeZone)) return [];
  const near = didYouMean(timeZone, Intl.supportedValuesOf('timeZone'));
  return [
    { path: ['timeZone'], message: `must be an IANA time zone such as Asia/Shanghai or UTC, not "${timeZone}"${near}` },
  ];
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function fileProblems({ broker, store }: ServerConfig): Problem[] {
  const ofBroker =
    'embedded' in broker
      ? unreadableFiles(broker.embedded, ['broker', 'embedded'], ['users', 'certFile', 'keyFile'])
      : unreadableFiles(broker, ['broker'], BROKER_FILES);
  const ofStore = 'influxdb' in store ? unreadableFiles(store.influxdb, ['store', 'influxdb'], ['tokenFile']) : [];
  return [...ofBroker, ...ofStore];
}

function portProblems({ listen }: ServerConfig): Problem[] {
  const { port } = parseListen(listen);
  return port <= 65_535 ? [] : [{ path: ['listen'], message: `a port is at most 65535, not ${port}` }];
}
