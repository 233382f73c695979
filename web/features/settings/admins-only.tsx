import { Lock } from 'lucide-react';
import type { ReactNode } from 'react';
import { Card } from '../../components/card';
import { EmptyState } from '../../components/states';
import { useIsAdmin } from '../../lib/roles';

/** What only admins may see, and why others do not. */
export function AdminsOnly({
  what,
  children,
}: {
  readonly what: string;
  readonly children: ReactNode;
}) {
  const isAdmin = useIsAdmin();
  if (isAdmin) return children;
  return (
    <Card>
      <EmptyState icon={<Lock />} title={`Only admins see ${what}`}>
        Ask an admin of your organisation to change this, or to give you the role.
      </EmptyState>
    </Card>
  );
}
