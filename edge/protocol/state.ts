import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';

/** Payload of `spBv1.0/STATE/<host>` (specification 3.0.0, section 4.2.3): JSON, times in UTC milliseconds. */
export const HostStateSchema = Type.Object({
  online: Type.Boolean(),
  timestamp: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
});
export type HostState = Static<typeof HostStateSchema>;

const validator = Compile(HostStateSchema);

export function encodeHostState(state: HostState): string {
  return JSON.stringify({ online: state.online, timestamp: state.timestamp });
}

/** The state in a STATE message; undefined when it is none (also the text `ONLINE` of Sparkplug 2). */
export function parseHostState(text: string): HostState | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return validator.Check(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
