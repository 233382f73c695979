import { Link } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useRef } from 'react';
import { Badge } from '../../components/badge';
import { classes } from '../../lib/classes';
import { Cell, isAmount } from './cell';
import type { DataRecord } from './read';
import type { Resource } from './resources';

const ROW_HEIGHT = 40;
const COLUMN_PX = 160;

/** Rows of any data model; only those in sight are in the document. */
export function RecordsTable({
  resource,
  records,
  columns,
  companies,
  footer,
  empty,
}: {
  readonly resource: Resource;
  readonly records: readonly DataRecord[];
  readonly columns: readonly string[];
  readonly companies: ReadonlyMap<number, string>;
  readonly footer: ReactNode;
  readonly empty: ReactNode;
}) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: records.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
  });
  const layout = {
    gridTemplateColumns: `repeat(${columns.length}, minmax(${COLUMN_PX}px, 1fr))`,
    minWidth: columns.length * COLUMN_PX,
  };
  const amounts = new Set(
    columns.filter((field) => records.some((record) => isAmount(field, record[field]))),
  );
  return (
    <div className="overflow-hidden rounded-lg border border-line bg-raised shadow-card">
      <div ref={scroller} className="max-h-[calc(100dvh-19rem)] min-h-64 overflow-auto">
        <div role="table" aria-label="Records" aria-rowcount={records.length + 1}>
          <div role="rowgroup" className="sticky top-0 z-10 bg-raised">
            <div
              role="row"
              className="grid h-9 items-center border-b border-line text-xs font-medium text-muted"
              style={layout}
            >
              {columns.map((field) => (
                <span
                  key={field}
                  role="columnheader"
                  title={field}
                  className={classes(
                    'truncate px-3 font-mono text-[11px]',
                    amounts.has(field) && 'text-right',
                  )}
                >
                  {field}
                </span>
              ))}
            </div>
          </div>
          <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
            {virtual.getVirtualItems().map(({ index, start }) => {
              const record = records[index];
              return (
                record !== undefined && (
                  <div
                    key={record.rootfi_id}
                    role="row"
                    aria-rowindex={index + 2}
                    className="absolute top-0 left-0 grid h-[40px] w-full items-center border-b border-line text-[13px] hover:bg-hover focus-within:bg-hover"
                    style={{ ...layout, transform: `translateY(${start}px)` }}
                  >
                    {columns.map((field, column) => (
                      <div
                        key={field}
                        role="cell"
                        className={classes(
                          'flex min-w-0 items-center gap-2 px-3',
                          amounts.has(field) && 'justify-end',
                        )}
                      >
                        {column === 0 ? (
                          <RecordLink resource={resource} record={record} field={field} />
                        ) : (
                          <span className="relative z-1 truncate">
                            {field === 'rootfi_company_id' ? (
                              (companies.get(record.rootfi_company_id) ?? record.rootfi_company_id)
                            ) : (
                              <Cell field={field} value={record[field]} />
                            )}
                          </span>
                        )}
                      </div>
                    ))}
                  </div>
                )
              );
            })}
          </div>
        </div>
        {records.length === 0 && empty}
      </div>
      <div className="flex min-h-11 flex-wrap items-center justify-between gap-2 border-t border-line px-3 py-1.5 text-xs text-muted">
        {footer}
      </div>
    </div>
  );
}

/** Covers its row: anywhere in it leads to the record. */
function RecordLink({
  resource,
  record,
  field,
}: {
  readonly resource: Resource;
  readonly record: DataRecord;
  readonly field: string;
}) {
  return (
    <>
      <Link
        to="/records/$category/$resource/$recordId"
        params={{
          category: resource.category,
          resource: resource.name,
          recordId: String(record.rootfi_id),
        }}
        className={classes(
          'truncate font-medium after:absolute after:inset-0',
          record.rootfi_deleted_at !== null && 'text-muted line-through',
        )}
      >
        <Cell field={field} value={record[field]} />
      </Link>
      {record.rootfi_deleted_at !== null && <Badge tone="bad">Deleted</Badge>}
    </>
  );
}
