import type { InfluxConnection } from './connection.ts';
import { bucketMissing } from './failures.ts';

export interface Bucket {
  readonly id: string;
  readonly name: string;
  /** 0: for ever. */
  readonly retentionMs: number;
}

/** @throws GridwardenError STORE_BUCKET_MISSING; the library's error when the server does not answer as it should */
export async function findBucket(connection: InfluxConnection, name: string): Promise<Bucket> {
  const { org } = connection.settings;
  const query = new URLSearchParams({ org, name });
  const answer = await connection.get(`/api/v2/buckets?${query.toString()}`);
  const [bucket] = listOf(answer, 'buckets');
  const id = textOf(bucket, 'id');
  if (id === undefined) throw bucketMissing(connection.settings, name);
  const seconds = listOf(bucket, 'retentionRules').map((rule) => numberOf(rule, 'everySeconds') ?? 0);
  return { id, name, retentionMs: Math.max(0, ...seconds) * 1000 };
}

export async function setRetention(connection: InfluxConnection, bucket: Bucket, retentionMs: number): Promise<void> {
  const everySeconds = Math.ceil(retentionMs / 1000);
  await connection.patch(`/api/v2/buckets/${bucket.id}`, { retentionRules: [{ type: 'expire', everySeconds }] });
}

/** The server's version. */
export async function serverVersion(connection: InfluxConnection): Promise<string> {
  return textOf(await connection.get('/health'), 'version') ?? 'of unknown version';
}

/** Bytes of buckets on the server's disk, from its own metrics; undefined where it does not tell. */
export async function bytesOf(connection: InfluxConnection, buckets: readonly Bucket[]): Promise<number | undefined> {
  const lines = (await connection.getText('/metrics')).split('\n');
  const sizes = lines
    .filter((line) => line.startsWith('storage_shard_disk_size{'))
    .filter((line) => buckets.some(({ id }) => line.includes(`bucket="${id}"`)))
    .map((line) => Number(line.slice(line.lastIndexOf(' ') + 1)));
  return sizes.length === 0 ? undefined : sizes.reduce((sum, size) => sum + size, 0);
}

function listOf(value: unknown, key: string): unknown[] {
  const list = propertyOf(value, key);
  return Array.isArray(list) ? list : [];
}

function textOf(value: unknown, key: string): string | undefined {
  const text = propertyOf(value, key);
  return typeof text === 'string' ? text : undefined;
}

function numberOf(value: unknown, key: string): number | undefined {
  const number = propertyOf(value, key);
  return typeof number === 'number' ? number : undefined;
}

function propertyOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
