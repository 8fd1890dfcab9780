import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { lostRecords, parseLosses } from '../../../edge/protocol/losses.ts';
import { rejectedKey } from '../compare/excuse.ts';
import type { Explanation } from '../compare/explanations.ts';
import { agentOf } from '../system/layout.ts';

/** Records that the server explains, from its state file; the server must have ended. */
export function readExplanations(stateFile: string, edges: readonly string[]): Explanation[] {
  const byAgent = new Map(edges.map((edge) => [agentOf(edge), edge]));
  const database = new DatabaseSync(stateFile, { readOnly: true });
  try {
    const rows = database.prepare('SELECT node, records, reason, devices, from_ms, to_ms, losses FROM tombstone').all();
    return rows.flatMap((row) => {
      const edge = byAgent.get(String(row.node));
      if (edge === undefined) return [];
      return {
        edge,
        devices: stringsOf(String(row.devices)),
        fromMs: Number(row.from_ms),
        toMs: Number(row.to_ms),
        records: Number(row.records),
        reason: String(row.reason),
        lost: lostOf(Number(row.records), row.losses),
      };
    });
  } finally {
    database.close();
  }
}

/** Values by `device metric`; undefined when the server does not name all of them. */
function lostOf(records: number, json: unknown): Map<string, number> | undefined {
  const losses = typeof json === 'string' ? parseLosses(json) : undefined;
  if (!losses || losses.otherRecords > 0 || lostRecords(losses) < records) return undefined;
  const lost = new Map<string, number>();
  for (const { metrics, devices } of losses.groups) {
    for (const [device, count] of devices) {
      for (const metric of metrics) lost.set(`${device} ${metric}`, (lost.get(`${device} ${metric}`) ?? 0) + count);
    }
  }
  return lost;
}

/** Values that the store refused, each with its reason, as `device metric counter`. */
export function readRejected(folder: string): Set<string> {
  const rejected = new Set<string>();
  if (!existsSync(folder)) return rejected;
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.jsonl'))) {
    for (const line of readFileSync(join(folder, name), 'utf8').split('\n')) {
      const key = line === '' ? undefined : keyOf(JSON.parse(line));
      if (key !== undefined) rejected.add(key);
    }
  }
  return rejected;
}

function keyOf(entry: unknown): string | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  const { device, metric, value, reason } = entry as Record<string, unknown>;
  if (typeof device !== 'string' || typeof metric !== 'string' || typeof value !== 'number') return undefined;
  return typeof reason === 'string' && reason !== '' ? rejectedKey(device, metric, Math.floor(value)) : undefined;
}

function stringsOf(json: string): string[] {
  const value: unknown = JSON.parse(json);
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
