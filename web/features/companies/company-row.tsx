import { Link } from '@tanstack/react-router';
import type { Item } from '../../api/answers';
import { usePlatformNames } from '../../api/platforms';
import { Badge } from '../../components/badge';
import { Ago } from '../../components/instant';
import { ConnectionStatus } from '../../components/status';
import { Tooltip } from '../../components/tooltip';
import { classes } from '../../lib/classes';
import { count, modelName } from '../../lib/format';

export const COLUMNS =
  'grid grid-cols-[minmax(10rem,2fr)_7rem_minmax(8rem,1fr)_7rem_6rem_minmax(10rem,1.5fr)] items-center gap-4 px-4';

type Company = Item<'/core/dashboard/companies'>;

export function CompanyRow({
  company,
  index,
  top,
}: {
  readonly company: Company;
  readonly index: number;
  /** Where it stands in the list, in pixels. */
  readonly top: number;
}) {
  const platformName = usePlatformNames();
  const { connections, last_error: error } = company;
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className={classes(
        COLUMNS,
        'absolute h-[42px] w-full border-b border-line text-[13px] hover:bg-hover focus-within:bg-hover',
      )}
      style={{ transform: `translateY(${top}px)` }}
    >
      <div role="cell" className="min-w-0">
        {/* The link covers its row: anywhere in it leads to the company. */}
        <Link
          to="/companies/$companyId"
          params={{ companyId: String(company.rootfi_id) }}
          className="block truncate font-medium after:absolute after:inset-0"
        >
          {company.name}
        </Link>
        {company.partner_id !== null && (
          <p className="truncate text-xs text-muted">{company.partner_id}</p>
        )}
      </div>
      <div role="cell">
        <CompanyStatus company={company} />
      </div>
      <div role="cell" className="truncate text-muted">
        {connections.map((each) => platformName(each.integration_type)).join(', ') || '–'}
      </div>
      <div role="cell" className="relative z-10 w-fit">
        <Ago at={company.freshness_at} />
      </div>
      <div role="cell" className="text-right tabular">
        {count(company.records)}
      </div>
      <div role="cell" className="relative z-10 min-w-0">
        {error !== null && (
          <Tooltip text={error.message}>
            <Link
              to="/syncs/$syncId"
              params={{ syncId: error.sync_id }}
              className="block truncate text-bad hover:underline"
            >
              {modelName(error.data_model)}: {error.message}
            </Link>
          </Tooltip>
        )}
      </div>
    </div>
  );
}

/** The worst of its connections: what needs a person comes before what waits. */
function CompanyStatus({ company }: { readonly company: Company }) {
  const worst = [...company.connections].sort((a, b) => urgency(b) - urgency(a))[0];
  if (worst === undefined) return <Badge>Not connected</Badge>;
  return <ConnectionStatus connection={worst} />;
}

function urgency(connection: Company['connections'][number]): number {
  if (connection.connection_status === 'EXPIRED') return 4;
  if (connection.connection_status === 'PENDING') return 3;
  if (connection.sync_status === 'SLEEPING') return 2;
  return connection.sync_status === 'IDLE' ? 0 : 1;
}
