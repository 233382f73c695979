import type { ErrorComponentProps } from '@tanstack/react-router';
import { ErrorState } from '../components/states';

export function UnexpectedError({ error, reset }: ErrorComponentProps) {
  return <ErrorState error={error} retry={reset} />;
}
