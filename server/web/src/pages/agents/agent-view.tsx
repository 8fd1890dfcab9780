import type { JSX } from 'preact';
import type { Delivery } from '../../contract.ts';
import { ApiError } from '../../rest/api.ts';
import { useServices } from '../../ui/context.ts';
import { usePolled } from '../../ui/use-polled.ts';
import { DeliveryPanel } from './delivery-panel.tsx';
import { ExplanationsPanel } from './explanations-panel.tsx';
import { NodeMetricsPanel } from './node-metrics-panel.tsx';
import { rejectedOf } from './rejected-list.ts';
import { RejectedPanel } from './rejected-panel.tsx';

const EVERY_MS = 5_000;

/** One agent: the account of its records, what of them is refused or given up, and what it says of itself. */
export function AgentView(props: { readonly id: string }): JSX.Element {
  const { id } = props;
  const { api } = useServices();
  const delivery = usePolled(id, (signal) => loadDelivery(api.delivery(id, signal)), EVERY_MS);
  const agent = usePolled(id, (signal) => api.agent(id, signal), EVERY_MS);
  const rejected = usePolled(id, async (signal) => rejectedOf(id, await api.rejectedValues(signal)), EVERY_MS);
  // The lists stand below the others: they come when those have their height, or they would jump.
  const isLoading = [delivery, agent, rejected].some(({ value, error }) => value === undefined && error === undefined);
  return (
    <div class="agent-grid">
      <DeliveryPanel id={id} delivery={delivery} />
      <NodeMetricsPanel id={id} agent={agent} />
      {!isLoading && delivery.value !== null && (
        <div class="area-lists">
          {(delivery.value?.rejectedValues ?? 0) > 0 && <RejectedPanel id={id} rejected={rejected} />}
          <ExplanationsPanel id={id} explained={delivery.value?.explained ?? 0} />
        </div>
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
