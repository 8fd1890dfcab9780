import { expect, test } from 'vitest';
import { allows, ROLES, rolesOpenTo } from '../../../../server/access/roles.ts';

test('who may do what', () => {
  const table = Object.fromEntries(ROLES.map((role) => [role, rolesOpenTo(role).join(' ')]));
  expect(table).toEqual({
    viewer: 'viewer',
    operator: 'viewer operator',
    engineer: 'viewer operator engineer',
    admin: 'viewer operator engineer admin auditor',
    auditor: 'viewer auditor',
    agent: 'agent',
  });
});

test('every role may do what needs itself', () => {
  for (const role of ROLES) expect(allows(role, role)).toBe(true);
});
