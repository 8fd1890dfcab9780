import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type InfluxServer, startInfluxd } from '../../parts/influx.ts';
import { TcpProxy } from '../../support/tcp-proxy.ts';
import { breakablePart } from './broker-side.ts';
import type { DuckDbPlace, InfluxPlace } from './configs.ts';
import { InfluxGate } from './influx-gate.ts';
import type { StoreKind } from './layout.ts';
import type { Breakable } from './managed-process.ts';

export interface StoreSide {
  readonly place: DuckDbPlace | InfluxPlace;
  /** Where values are set aside that the store refused. */
  readonly rejectsFolder: string;
  readonly influx?: InfluxServer;
  readonly gate?: InfluxGate;
  readonly link?: TcpProxy;
  /** A process of its own; DuckDB lives and dies with the server. */
  readonly breakable?: Breakable;
}

/** The telemetry store; InfluxDB stands behind a gate that can refuse writes, and a proxy that can cut connections. */
export async function startStoreSide(kind: StoreKind, folder: string, stack: AsyncDisposableStack): Promise<StoreSide> {
  if (kind === 'duckdb') {
    const path = join(folder, 'telemetry');
    return { place: { duckdb: path }, rejectsFolder: join(path, 'rejects') };
  }
  const dir = join(folder, 'influxdb');
  mkdirSync(dir, { recursive: true });
  const influx = await startInfluxd({ dir });
  stack.defer(() => influx.stop());
  const gate = new InfluxGate(() => Number(new URL(influx.url).port));
  const gatePort = await gate.listen();
  stack.defer(() => gate.close());
  const link = new TcpProxy(() => gatePort);
  await link.listen();
  stack.defer(() => link.close());
  const rejects = join(folder, 'rejects');
  const place = { influxPort: link.port, ...secretsOf(influx, folder), rejects };
  return { place, rejectsFolder: rejects, influx, gate, link, breakable: breakablePart(influx) };
}

function secretsOf({ org, bucket, token }: InfluxServer, folder: string) {
  const tokenFile = join(folder, 'influx-token');
  writeFileSync(tokenFile, token, { mode: 0o600 });
  return { org, bucket, tokenFile };
}
