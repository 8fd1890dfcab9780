/**
 * - `viewer`: sees everything of the district.
 * - `operator`: works with alerts as well.
 * - `engineer`: gives commands to agents and devices, too.
 * - `admin`: changes the configuration and the users, too.
 * - `auditor`: sees everything, and the audit log; changes nothing.
 * - `agent`: a program that hands in data; sees nothing.
 */
export const ROLES = ['viewer', 'operator', 'engineer', 'admin', 'auditor', 'agent'] as const;
export type Role = (typeof ROLES)[number];

/** What each role may do: the roles whose routes are open to it. */
const OPEN_TO: Readonly<Record<Role, readonly Role[]>> = {
  viewer: ['viewer'],
  operator: ['viewer', 'operator'],
  engineer: ['viewer', 'operator', 'engineer'],
  admin: ['viewer', 'operator', 'engineer', 'admin', 'auditor'],
  auditor: ['viewer', 'auditor'],
  agent: ['agent'],
};

/** Whether an actor of role `role` may use a route that needs `needed`. */
export function allows(role: Role, needed: Role): boolean {
  return OPEN_TO[role].includes(needed);
}

/** The roles whose routes are open to `role`. */
export function rolesOpenTo(role: Role): readonly Role[] {
  return OPEN_TO[role];
}
