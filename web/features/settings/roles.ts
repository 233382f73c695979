import type { Schemas } from '../../api/client';

export type Role = Schemas['User']['role'];

export const ROLES: readonly { readonly value: Role; readonly label: string }[] = [
  { value: 'admin', label: 'Admin' },
  { value: 'member', label: 'Member' },
  { value: 'read-only', label: 'Read-only' },
];

export const ROLE_WORDS: Readonly<Record<Role, string>> = {
  admin: 'May do everything, users and API keys included.',
  member: 'May invite customers, sync, and change sync configs.',
  'read-only': 'May look at everything and change nothing.',
};

export function roleName(role: Role): string {
  return ROLES.find(({ value }) => value === role)?.label ?? role;
}
