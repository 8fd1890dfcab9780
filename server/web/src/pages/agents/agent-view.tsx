import type { JSX } from 'preact';
import type { Delivery } from '../../contract.ts';
import { ApiError } from '../../rest/api.ts';
import { useServices } from '../../ui/context.ts';
import { usePolled } from '../../ui/use-polled.ts';
import { DeliveryPanel } from './delivery-panel.tsx';
import { ExplanationsPanel } from './explanations-panel.tsx';
import { NodeMetricsPanel } from './node-metrics-panel.tsx';

const EVERY_MS = 5_000;

/** One agent: the account of its records, those of them that are given up, and what it says of itself. */
export function AgentView(props: { readonly id: string }): JSX.Element {
  const { id } = props;
  const { api } = useServices();
  const delivery = usePolled(id, (signal) => loadDelivery(api.delivery(id, signal)), EVERY_MS);
  const agent = usePolled(id, (signal) => api.agent(id, signal), EVERY_MS);
  // On a narrow screen the list stands below the others: it comes when they have their height, or it would jump.
  const isLoading = [delivery, agent].some(({ value, error }) => value === undefined && error === undefined);
  return (
    <div class="agent-grid">
      <DeliveryPanel id={id} delivery={delivery} />
      <NodeMetricsPanel id={id} agent={agent} />
      {!isLoading && delivery.value !== null && (
        <ExplanationsPanel id={id} explained={delivery.value?.explained ?? 0} />
      )}
    </div>
  );
}

/** null: the agent keeps no account. */
async function loadDelivery(answer: Promise<Delivery>): Promise<Delivery | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError && error.code === 'NOT_FOUND') return null;
    throw error;
  }
}
