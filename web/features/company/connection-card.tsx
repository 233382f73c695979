import { Card } from '../../components/card';
import { ConnectionStatus } from '../../components/status';
import { ErrorState } from '../../components/states';
import { usePlatformNames } from '../../api/platforms';
import { categoryName } from '../../lib/categories';
import { ConnectionBanner } from './connection-banner';
import { ConnectionActions } from './connection-actions';
import { ModelsTable } from './models-table';
import { type Connection, useExplanations, useModels } from './queries';
import { QuotaGauges } from './quota-gauges';

/** One connection: how it is, why it waits, what it has used of its quota, and its data models. */
export function ConnectionCard({
  connection,
  onHeld,
  onQuarantine,
}: {
  readonly connection: Connection;
  readonly onHeld: () => void;
  readonly onQuarantine: () => void;
}) {
  const platformName = usePlatformNames();
  const { rootfi_id: id } = connection;
  const models = useModels(id);
  const explanations = useExplanations(id);
  const name = platformName(connection.integration_type);
  return (
    <Card
      isFlush
      title={
        <span className="flex items-center gap-2.5">
          {name}
          <ConnectionStatus connection={connection} />
        </span>
      }
      description={`${categoryName(connection.category)} · connection ${id}`}
      actions={<ConnectionActions connection={connection} name={name} />}
    >
      <div className="flex flex-col gap-4 border-b border-line p-4 empty:hidden">
        <ConnectionBanner
          connectionId={id}
          explanations={explanations.data?.data ?? []}
          models={models.data?.data ?? []}
        />
        <QuotaGauges connectionId={id} />
      </div>
      {models.isError ? (
        <ErrorState error={models.error} retry={() => void models.refetch()} />
      ) : (
        <ModelsTable
          connection={connection}
          name={name}
          models={models.data?.data}
          explanations={explanations.data?.data ?? []}
          onHeld={onHeld}
          onQuarantine={onQuarantine}
        />
      )}
    </Card>
  );
}
