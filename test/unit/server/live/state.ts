import { DATA_TYPES } from '../../../../edge/protocol/datatypes.ts';
import { LiveState } from '../../../../server/live/live-state.ts';

export const AGENT = 'east/agent-1';

/** A live state with one agent that is online. */
export function newState(): LiveState {
  const state = new LiveState();
  state.agents.set(AGENT, {
    id: AGENT,
    group: 'east',
    node: 'agent-1',
    presence: 'online',
    sinceMs: 0,
    lastSeenMs: 0,
    bdSeq: 0,
    epoch: 'e1',
    metrics: new Map(),
    devices: new Set(),
  });
  return state;
}

/** A meter of the agent, born; returns the slots of its metrics in their order. */
export function addDevice<const M extends Record<string, string>>(
  state: LiveState,
  id: string,
  metrics: M,
  dataType: number = DATA_TYPES.Double,
): number[] & { 0: number; 1: number } {
  state.devices.set(id, {
    id,
    agent: AGENT,
    model: 'eastron/sdm630',
    kind: 'meter',
    serial: undefined,
    presence: 'online',
    sinceMs: 0,
    lastReadingMs: undefined,
    slots: [],
  });
  state.agents.get(AGENT)?.devices.add(id);
  const slots = Object.entries(metrics).map(([metric, unit]) => {
    return state.addSlot({ device: id, metric, unit, dataType, series: state.slots.length }).index;
  });
  return slots as number[] & { 0: number; 1: number };
}
