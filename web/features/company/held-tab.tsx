import { ShieldCheck } from 'lucide-react';
import { Card } from '../../components/card';
import { EmptyState } from '../../components/states';
import { HeldDeletions } from './held-deletions';
import type { ConnectionParts } from './queries';

/** Deletions that were too many to be believed, data model by data model, for a person to decide. */
export function HeldTab({ parts }: { readonly parts: readonly ConnectionParts[] }) {
  const held = parts.flatMap(({ connection, models }) =>
    (models ?? [])
      .filter(({ deletions_held: count }) => count > 0)
      .map((model) => ({ connection, model })),
  );
  if (held.length === 0) {
    return (
      <Card>
        <EmptyState icon={<ShieldCheck />} title="No deletions are held">
          A full sync that finds more than a fifth of a data model’s records gone deletes nothing:
          it holds the deletions and shows them here.
        </EmptyState>
      </Card>
    );
  }
  return (
    <div className="flex flex-col gap-4">
      {held.map(({ connection, model }) => (
        <HeldDeletions
          key={`${connection.rootfi_id}/${model.data_model}`}
          connection={connection}
          model={model}
        />
      ))}
    </div>
  );
}
