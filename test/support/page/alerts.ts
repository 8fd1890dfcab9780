import type { Alert } from '../../../server/live/protocol.ts';

/** An active, unacknowledged alert with the fields that a test does not care for filled in. */
export function alertOf(
  fields: Pick<Alert, 'id' | 'subject' | 'severity' | 'text' | 'raisedMs'> & Partial<Alert>,
): Alert {
  return {
    rule: 'test',
    metric: null,
    value: null,
    limit: null,
    unit: null,
    state: 'B',
    active: true,
    acknowledged: false,
    clearedMs: null,
    ...fields,
  };
}
