import { classes } from '../../lib/classes';
import { count } from '../../lib/format';
import type { Counts } from '../../lib/sync-words';

const OUTCOMES = [
  ['fetched', 'Fetched'],
  ['inserted', 'Inserted'],
  ['changed', 'Changed'],
  ['unchanged', 'Unchanged'],
  ['revived', 'Revived'],
  ['repeated', 'Repeated'],
  ['quarantined', 'Quarantined'],
  ['deleted', 'Deleted'],
] as const satisfies readonly (readonly [keyof Counts, string])[];

/** What became of the records. */
export function OutcomeTiles({ counts }: { readonly counts: Counts }) {
  return (
    <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border border-line bg-line shadow-card sm:grid-cols-4 lg:grid-cols-8">
      {OUTCOMES.map(([outcome, words]) => (
        <div key={outcome} className="bg-raised px-4 py-3">
          <dt className="text-xs text-muted">{words}</dt>
          <dd
            className={classes(
              'text-lg font-semibold tracking-tight tabular',
              counts[outcome] === 0 && 'text-faint',
              outcome === 'quarantined' && counts[outcome] > 0 && 'text-warn',
            )}
          >
            {count(counts[outcome])}
          </dd>
        </div>
      ))}
    </dl>
  );
}
