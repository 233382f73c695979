import { ChevronDown, ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/button';
import { Skeleton } from '../../components/states';
import { Table, Td, Th, Tr } from '../../components/table';
import { plural } from '../../lib/format';
import { ModelPanel } from './model-panel';
import { ModelRow } from './model-row';
import type { Connection, Explanation, Model } from './queries';

const COLUMNS = 8;

/** The data models of a connection; those that are not enabled are folded away. A row opens its runs. */
export function ModelsTable({
  connection,
  name,
  models,
  explanations,
  onHeld,
  onQuarantine,
}: {
  readonly connection: Connection;
  readonly name: string;
  /** Undefined until they are here. */
  readonly models: readonly Model[] | undefined;
  readonly explanations: readonly Explanation[];
  readonly onHeld: () => void;
  readonly onQuarantine: () => void;
}) {
  const [isUnfolded, setUnfolded] = useState(false);
  const [openName, setOpenName] = useState<string | null>(null);
  const enabled = models?.filter((model) => model.enabled);
  const rest = models?.filter((model) => !model.enabled) ?? [];
  const open = models?.find(({ data_model: each }) => each === openName);
  const row = (model: Model) => (
    <ModelRow
      key={model.data_model}
      model={model}
      explanation={explanations.find(({ data_model: name }) => name === model.data_model)}
      onOpen={() => setOpenName(model.data_model)}
      onHeld={onHeld}
      onQuarantine={onQuarantine}
    />
  );
  return (
    <>
      <Table label={`Data models of ${name}`}>
        <thead>
          <tr>
            <Th className="min-w-36">Data model</Th>
            <Th className="w-52 min-w-52">Status</Th>
            <Th className="w-32">Frequency</Th>
            <Th className="w-32 min-w-30">Freshness</Th>
            <Th className="w-24 min-w-24">Next sync</Th>
            <Th className="w-28 text-right">Records</Th>
            <Th className="w-32">Changes</Th>
            <Th className="w-32 min-w-30">Last sync</Th>
          </tr>
        </thead>
        <tbody>
          {enabled === undefined && <SkeletonBody />}
          {enabled?.map(row)}
          {enabled?.length === 0 && (
            <tr>
              <Td colSpan={COLUMNS} className="py-6 text-center text-muted">
                No data model is enabled. Enable some in the sync config.
              </Td>
            </tr>
          )}
          {isUnfolded && rest.map(row)}
        </tbody>
      </Table>
      {rest.length > 0 && (
        <div className="border-t border-line px-2 py-1">
          <Button
            kind="quiet"
            size="small"
            aria-expanded={isUnfolded}
            icon={
              isUnfolded ? (
                <ChevronDown className="size-3.5" />
              ) : (
                <ChevronRight className="size-3.5" />
              )
            }
            onClick={() => setUnfolded(!isUnfolded)}
          >
            {plural(rest.length, 'data model')} not enabled
          </Button>
        </div>
      )}
      {open !== undefined && (
        <ModelPanel
          connection={connection}
          model={open}
          explanation={explanations.find(({ data_model: each }) => each === openName)}
          onClose={() => setOpenName(null)}
        />
      )}
    </>
  );
}

function SkeletonBody() {
  return Array.from({ length: 6 }, (_, row) => (
    <Tr key={row}>
      <Td colSpan={COLUMNS}>
        <Skeleton className="h-5 w-full" />
      </Td>
    </Tr>
  ));
}
