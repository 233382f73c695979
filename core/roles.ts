/** What a person may do in an organisation, from the most to the least. */
export const ROLES = ['admin', 'member', 'read-only'] as const;
export type Role = (typeof ROLES)[number];

/** Whether a role may do what needs another: each may do all that the ones after it may. */
export function suffices(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) <= ROLES.indexOf(needed);
}
