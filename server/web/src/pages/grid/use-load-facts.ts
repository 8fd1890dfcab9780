import { useCell, useServices } from '../../ui/context.ts';
import type { LoadFacts } from './load.ts';

/** What loads are told by, once a second. */
export function useLoadFacts(): LoadFacts {
  const { fleet, isNothingCurrent, devices, lostAgents, tick } = useServices();
  useCell(tick);
  const isLinkLost = useCell(isNothingCurrent);
  const lost = useCell(lostAgents);
  return {
    table: fleet,
    isLinkLost,
    isAgentLost: (device) => {
      const agent = devices.get(device)?.agent;
      return agent !== undefined && lost.has(agent);
    },
  };
}
