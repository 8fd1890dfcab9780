import { expect, test } from 'vitest';
import { ManualGridClock } from '../../../../edge/platform/clock.ts';
import { LOCAL_ACTOR } from '../../../../server/access/actor.ts';
import { openAuditLog } from '../../../../server/access/audit-log.ts';
import { openState } from '../../../../server/state/database.ts';

test('each entry holds who, what, on what, and when', () => {
  const database = openState(':memory:');
  const audit = openAuditLog(database, new ManualGridClock(1234));
  audit.record({ actor: LOCAL_ACTOR, action: 'agent.rebirth', subject: 'east/agent-1' });
  audit.record({ actor: LOCAL_ACTOR, action: 'device.write', subject: 'M-1', detail: { value: 1 } });
  const rows = database.prepare('SELECT at_ms, actor, action, subject, detail FROM audit ORDER BY id').all();
  expect(rows.map((row) => Object.values(row))).toEqual([
    [1234, 'local', 'agent.rebirth', 'east/agent-1', '{}'],
    [1234, 'local', 'device.write', 'M-1', '{"value":1}'],
  ]);
  database.close();
});
