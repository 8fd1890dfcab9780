import { randomUUID } from 'node:crypto';
import type { InfluxServer } from '../../parts/influx.ts';

/** Makes an empty bucket that keeps everything; returns its name. */
export async function createBucket({ url, org, token }: InfluxServer): Promise<string> {
  const headers = { authorization: `Token ${token}`, 'content-type': 'application/json' };
  const orgs = (await (await fetch(`${url}/api/v2/orgs?org=${encodeURIComponent(org)}`, { headers })).json()) as {
    orgs: { id: string }[];
  };
  const name = `test ${randomUUID()}`;
  const body = JSON.stringify({ orgID: orgs.orgs[0]?.id, name });
  const response = await fetch(`${url}/api/v2/buckets`, { method: 'POST', headers, body });
  if (!response.ok) throw new Error(`the bucket was not made: ${response.status} ${await response.text()}`);
  return name;
}
