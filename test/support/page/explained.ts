import type { ExplainedRecords } from '../../../server/ingest/host.ts';
import type { District } from './district.ts';

/** Records of an agent that are given up, with the fields that a test does not care for filled in. */
export function explainedOf(fields: Partial<ExplainedRecords> & Pick<ExplainedRecords, 'range'>): ExplainedRecords {
  return { epoch: '7f3a91c2', reason: 'lost', devices: [], fromMs: 0, toMs: 0, explainedMs: 0, ...fields };
}

/** The host lists these as explained, and the account of the agent counts them. */
export function explain({ host }: District, agent: string, list: readonly ExplainedRecords[]): void {
  host.explained.set(agent, list);
  const account = host.deliveries.get(agent);
  if (!account) throw new Error(`${agent} keeps no account`);
  const explained = list.reduce((records, { range }) => records + range[1] - range[0] + 1, 0);
  host.deliveries.set(agent, { ...account, taken: account.stored + account.waiting + explained, explained });
}
