/** What is known of a listing that has not ended yet. */
export interface ListingFacts {
  /** Pages stored since the listing began. */
  readonly pages: number;
  /** About as many records as those pages held, repeats included. */
  readonly records: number;
  /** Different records that the platform can have shown: every one is stored, or in quarantine. */
  readonly rows: number;
}

/** A listing may show each row this often: pages given twice, rows that moved on, cursors that were lost … */
const TIMES = 3;
/** … and this much beyond that: counts of rows lag behind, and filtering platforms give empty pages. */
const SLACK = 10_000;

/**
 * Whether a listing goes round: it has shown far more than there is. However its cursors look, such a one has no end,
 * and would be read for ever. A platform that makes up new records for ever is not found out.
 */
export function goesRound({ pages, records, rows }: ListingFacts): boolean {
  const most = TIMES * rows + SLACK;
  return records > most || pages > most;
}
