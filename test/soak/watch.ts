import type { Database } from '../../store/database';
import type { Model } from './events';
import { isGoneThroughout, isThereThroughout, type Platform, versionBetween } from './platform';
import { hearWitness, type Tombstone } from './witness';

/** Failures that faults, people and kills account for; any other is ours. */
const EXPLAINED = [
  'platform-unavailable',
  'credentials-expired',
  'cancelled',
  'disconnected',
  'model-disabled',
  'no-progress',
];

interface EndedJob {
  id: bigint;
  data_model: Model;
  mode: string;
  trigger: string;
  state: string;
  error_code: string | null;
  error_message: string | null;
  counts: Record<string, number> | null;
  started_at: Date | null;
  deletions_held: number;
  sweep_skipped: boolean;
  pull_started_at: Date | null;
  pull_ended_at: Date | null;
  pull_since: Date | null;
  pull_sweep: boolean | null;
  continues: boolean | null;
}

interface Stored {
  version: number;
  deleted: boolean;
}

/** Watches the store while all the rest happens, and tells what breaks a promise. */
export class Watch {
  #heard = 0n;
  readonly #judged = new Set<bigint>();
  judgedRows = 0;

  constructor(
    private readonly db: Database,
    private readonly platform: Platform,
    private readonly connectionId: number,
    private readonly onWrong: (what: string) => void,
  ) {}

  async look(): Promise<void> {
    await this.platform.look();
    await this.#hear();
    await this.#judgeWatermarks();
    for (const job of await this.#endedJobs()) {
      if (this.#judged.has(job.id)) continue;
      this.#judged.add(job.id);
      await this.#judge(job);
    }
  }

  async #judgeWatermarks(): Promise<void> {
    const { rows } = await this.db.pool.query<{ data_model: string; watermark: Date }>(
      `SELECT data_model, watermark FROM model_states WHERE connection_id = $1 AND watermark IS NOT NULL`,
      [this.connectionId],
    );
    for (const { data_model: model, watermark } of rows) {
      if (watermark.getTime() <= this.platform.latestMs()) continue;
      this.onWrong(`${model}: the watermark ${watermark.toISOString()} is ahead of the platform`);
    }
  }

  async #hear(): Promise<void> {
    const heard = await hearWitness(this.db, this.connectionId, this.#heard);
    this.#heard = heard.last;
    for (const wrong of heard.wrongs) this.onWrong(wrong);
    for (const tombstone of heard.tombstones) this.#judgeTombstone(tombstone);
  }

  #judgeTombstone({ model, platformId, at, pullStartedAt }: Tombstone): void {
    const what = `${model} ${platformId} was deleted at ${at.toISOString()}`;
    const row = this.platform.rows(model).get(platformId);
    if (pullStartedAt === null) return this.onWrong(`${what}, while no full sync was under way`);
    if (row === undefined) return this.onWrong(`${what}, and was never at the platform`);
    if (isThereThroughout(row, pullStartedAt.getTime(), at.getTime())) {
      this.onWrong(`${what}, wrongly: it was there since ${pullStartedAt.toISOString()}`);
    }
  }

  async #endedJobs(): Promise<EndedJob[]> {
    const { rows } = await this.db.pool.query<Omit<EndedJob, 'id'> & { id: string }>(
      `SELECT j.id, j.data_model, j.mode, j.trigger, j.state, j.error_code, j.error_message, j.counts, j.started_at,
         j.deletions_held, j.sweep_skipped, p.started_at AS pull_started_at, p.ended_at AS pull_ended_at,
         p.since AS pull_since, p.sweep AS pull_sweep, p.continues
       FROM sync_jobs j LEFT JOIN pulls p ON p.id = j.pull_id
       WHERE j.connection_id = $1 AND j.ended_at IS NOT NULL ORDER BY j.ended_at`,
      [this.connectionId],
    );
    return rows.map((row) => ({ ...row, id: BigInt(row.id) }));
  }

  async #judge(job: EndedJob): Promise<void> {
    const what = `job ${job.id} (${job.mode}, ${job.trigger}, ${job.data_model})`;
    this.#judgeCounts(what, job);
    if (job.state === 'FAILED') {
      if (EXPLAINED.includes(job.error_code ?? '')) return;
      return this.onWrong(`${what} failed: ${job.error_code} ${job.error_message}`);
    }
    const { pull_started_at: startedAt, pull_ended_at: endedAt } = job;
    if (startedAt === null || endedAt === null) {
      return this.onWrong(`${what} succeeded without a pull that ended`);
    }
    // The one exception: an initial sync that goes on from a failed one's place reads what that had not.
    if (job.continues) return;
    const stored = await this.#stored(job.data_model);
    const pull = { startedAt: startedAt.getTime(), endedAt: endedAt.getTime() };
    this.#judgeShown(what, job, pull, stored);
    this.#judgeGone(what, job, pull, stored.rows);
  }

  #judgeCounts(what: string, { counts }: EndedJob): void {
    if (counts === null) return;
    const of = (name: string) => counts[name] ?? 0;
    const sum =
      of('inserted') +
      of('changed') +
      of('unchanged') +
      of('revived') +
      of('repeated') +
      of('quarantined');
    if (of('fetched') !== sum) this.onWrong(`${what} counts wrongly: ${JSON.stringify(counts)}`);
  }

  /** What was committed at the platform before the pull began must be shown, or something newer. */
  #judgeShown(
    what: string,
    job: EndedJob,
    pull: { startedAt: number },
    stored: { rows: Map<string, Stored>; quarantined: Set<string> },
  ): void {
    const model = job.data_model;
    const shuffledAt = this.platform.shuffles.last(model);
    const readsAll = job.pull_since === null && shuffledAt < pull.startedAt;
    const now = Date.now();
    for (const [id, row] of this.platform.rows(model)) {
      if (stored.quarantined.has(id) || !isThereThroughout(row, pull.startedAt, now)) continue;
      const wanted = versionBetween(row, shuffledAt, pull.startedAt);
      if (wanted === 0 && !readsAll) continue;
      this.judgedRows += 1;
      const mine = stored.rows.get(id);
      if (mine !== undefined && !mine.deleted && mine.version >= wanted) continue;
      const shown =
        mine === undefined ? 'nothing' : `v${mine.version}${mine.deleted ? ', deleted' : ''}`;
      this.onWrong(
        `${what} succeeded, begun ${new Date(pull.startedAt).toISOString()}, but shows ${shown} of ${id} in place of v${wanted}`,
      );
    }
  }

  /** What was gone before a whole full pull began, and stayed gone, must be deleted. */
  #judgeGone(
    what: string,
    job: EndedJob,
    pull: { startedAt: number; endedAt: number },
    stored: ReadonlyMap<string, Stored>,
  ): void {
    const isWhole = job.mode === 'full' && job.pull_sweep && job.pull_since === null;
    if (!isWhole || job.deletions_held > 0 || job.sweep_skipped) return;
    const now = Date.now();
    for (const [id, row] of this.platform.rows(job.data_model)) {
      const mine = stored.get(id);
      if (mine === undefined || mine.deleted || !isGoneThroughout(row, pull.startedAt, now))
        continue;
      this.onWrong(`${what} succeeded, but still shows ${id}, which was gone before it began`);
    }
  }

  /** Rows and quarantine as they stood at one instant. */
  async #stored(model: Model): Promise<{ rows: Map<string, Stored>; quarantined: Set<string> }> {
    const { rows } = await this.db.pool.query<{
      platform_id: string;
      version: number | null;
      deleted: boolean | null;
      quarantined: boolean;
    }>(
      `SELECT platform_id, soak_version(data) AS version, deleted_at IS NOT NULL AS deleted, false AS quarantined
       FROM records WHERE connection_id = $1 AND data_model = $2
       UNION ALL
       SELECT platform_id, null, null, true FROM quarantined_records
       WHERE connection_id = $1 AND data_model = $2 AND platform_id IS NOT NULL`,
      [this.connectionId, model],
    );
    const isStored = rows.filter((row) => !row.quarantined);
    return {
      rows: new Map(
        isStored.map((row) => [
          row.platform_id,
          { version: row.version ?? 0, deleted: row.deleted ?? false },
        ]),
      ),
      quarantined: new Set(rows.filter((row) => row.quarantined).map((row) => row.platform_id)),
    };
  }
}
