import { usePlatformNames } from '../../api/platforms';
import { Select } from '../../components/select';
import type { ConnectionParts } from './queries';

/** Which of the company's connections; nothing where there is no choice. */
export function ConnectionChoice({
  parts,
  value,
  onChange,
}: {
  readonly parts: readonly ConnectionParts[];
  readonly value: number | undefined;
  readonly onChange: (connectionId: number) => void;
}) {
  const platformName = usePlatformNames();
  if (parts.length < 2) return null;
  return (
    <Select
      label="Connection"
      value={String(value)}
      options={parts.map(({ connection }) => ({
        value: String(connection.rootfi_id),
        label: platformName(connection.integration_type),
      }))}
      onChange={(id) => onChange(Number(id))}
    />
  );
}
