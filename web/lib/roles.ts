import { useSuspenseQuery } from '@tanstack/react-query';
import { sessionQuery } from '../api/session';

/** Whether the signed-in person may change things. The API decides; this only says so before it is asked. */
export function useMayWrite(): boolean {
  const { data } = useSuspenseQuery(sessionQuery);
  return data.data !== null && data.data.user.role !== 'read-only';
}

export function useIsAdmin(): boolean {
  const { data } = useSuspenseQuery(sessionQuery);
  return data.data?.user.role === 'admin';
}

/** Why a button is off for who may only look. */
export const READ_ONLY = 'Your role is read-only';
