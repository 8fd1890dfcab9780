import type { ExplainedRecords } from '../../../server/ingest/host.ts';
import type { IngestProblem, RejectedValue } from '../../../server/ingest/problems.ts';
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

/** The store has refused these, the latest last; the host names them, and the account of the agent counts them. */
export function refuse({ host }: District, agent: string, values: readonly Omit<RejectedValue, 'agent'>[]): void {
  const others = host.noticed.filter(({ rejected }) => rejected?.agent !== agent);
  const named = values.map((value): IngestProblem => {
    const { device, reason, timeMs } = value;
    const line = { kind: 'rejected_value', topic: `${agent}/${device}`, reason, count: 1 } as const;
    return { ...line, firstMs: timeMs, lastMs: timeMs, rejected: { ...value, agent } };
  });
  host.noticed = [...named.reverse(), ...others];
  const account = host.deliveries.get(agent);
  if (account) host.deliveries.set(agent, { ...account, rejectedValues: values.length });
}
