import type { Agent, Delivery } from '../../../server/api/agents.schema.ts';
import { getJson } from '../../support/api-client.ts';
import { agentOf } from '../system/layout.ts';

/** What the server and the edge itself say of an agent's records. */
export interface AgentReport {
  readonly delivery: Delivery;
  readonly isOnline: boolean;
  /** Records in the agent's outbox, by its own newest word; undefined when it has not said. */
  readonly outboxWaiting: number | undefined;
}

/** Undefined while the server does not answer or does not know the agent. */
export async function agentReport(api: string, edge: string): Promise<AgentReport | undefined> {
  const path = `/api/v1/agents/${encodeURIComponent(agentOf(edge))}`;
  try {
    const [agent, delivery] = await Promise.all([
      getJson<Agent>(api, path),
      getJson<Delivery>(api, `${path}/delivery`),
    ]);
    const waiting = agent.metrics.find(({ name }) => name === 'Outbox/Waiting');
    const outboxWaiting = waiting?.stale === false && typeof waiting.value === 'number' ? waiting.value : undefined;
    return { delivery, isOnline: agent.presence === 'online', outboxWaiting };
  } catch {
    return undefined;
  }
}

/** How many records may be on their way in an agent that goes on reading. */
const ON_THEIR_WAY = 50;

/** Whether an agent is online and its outbox holds nothing but what was read a moment ago. */
export async function isSettled(api: string, edge: string): Promise<boolean> {
  const report = await agentReport(api, edge);
  if (!report?.isOnline || report.outboxWaiting === undefined) return false;
  return report.delivery.waiting <= ON_THEIR_WAY && report.outboxWaiting <= ON_THEIR_WAY;
}
