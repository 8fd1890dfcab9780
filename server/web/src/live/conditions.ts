import type { AgentRow, MessageOf } from '../contract.ts';
import type { LinkState } from './link.ts';
import type { Refusal } from './live-client.ts';

type Health = MessageOf<'heartbeat'>['broker'];

/** Something between the devices and the page that does not work, as the status strip says it. */
export type Condition =
  | { readonly kind: 'link'; readonly lastGoodMs: number | null }
  | { readonly kind: 'broker'; readonly lastGoodMs: number | null; readonly reason: string }
  /** `lastGoodMs`: the earliest of the lost agents; before it the picture is whole. */
  | { readonly kind: 'agents'; readonly lastGoodMs: number; readonly agents: readonly AgentRow[] }
  | { readonly kind: 'store'; readonly lastGoodMs: number | null; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string };

export interface ConditionInput {
  readonly link: LinkState;
  readonly agents: readonly AgentRow[];
  readonly broker: Health | undefined;
  /** Grid time of the last heartbeat that found the broker well. */
  readonly brokerGoodMs: number | null;
  readonly store: Health | undefined;
  readonly storeGoodMs: number | null;
  readonly refusal: Refusal | undefined;
}

/** What is wrong now, worst first. Without a link nothing else is known, so nothing else is said. */
export function conditionsOf(input: ConditionInput): Condition[] {
  if (input.link.phase === 'lost') return [{ kind: 'link', lastGoodMs: input.link.lastGoodMs }];
  const conditions: Condition[] = [];
  if (input.broker && !input.broker.ok)
    conditions.push({ kind: 'broker', lastGoodMs: input.brokerGoodMs, reason: input.broker.reason });
  const lost = input.agents.filter((agent) => agent.presence !== 'online');
  if (lost.length > 0) {
    const lastGoodMs = Math.min(...lost.map((agent) => agent.lastSeenMs));
    conditions.push({ kind: 'agents', lastGoodMs, agents: lost });
  }
  if (input.store && !input.store.ok)
    conditions.push({ kind: 'store', lastGoodMs: input.storeGoodMs, reason: input.store.reason });
  if (input.refusal) conditions.push({ kind: 'refused', reason: `${input.refusal.code}: ${input.refusal.message}` });
  return conditions;
}

/** Whether no value on the page can be current. */
export function isNothingCurrent(conditions: readonly Condition[]): boolean {
  return conditions.some(({ kind }) => kind === 'link' || kind === 'broker');
}
