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
