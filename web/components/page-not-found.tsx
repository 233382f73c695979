import { Link } from '@tanstack/react-router';
import { Compass } from 'lucide-react';
import { EmptyState } from './states';

export function PageNotFound() {
  return (
    <EmptyState
      icon={<Compass />}
      title="There is no such page"
      action={
        <Link to="/companies" className="text-accent-text underline">
          Go to companies
        </Link>
      }
    >
      The address may be mistyped, or what it led to was deleted.
    </EmptyState>
  );
}
