import { differences } from '../support/differences';
import { until } from '../support/until';
import { MODELS } from './events';
import type { World } from './perform';
import type { Watch } from './watch';

/** What waits for a killed worker's heartbeat and its leases takes 75 s; the rest is work. */
const QUIET_LIMIT_MS = 240_000;
const FINAL_TRIES = 3;

/** Heals everything, reads everything once more, and tells what is not as it must be. */
export async function settle(
  world: World,
  watch: Watch,
  onWrong: (what: string) => void,
): Promise<void> {
  const { platform, user } = world;
  await platform.heal();
  await platform.limit({});
  await platform.clock(0);
  if ((await user.status()) !== 'HEALTHY') await user.reconnect();
  await user.resume();
  await user.configureForEnd();
  if (!(await isQuietInTime(world, watch, onWrong))) return;
  if (!(await finalSync(world, watch, onWrong))) return;
  await watch.look();
  await compare(world, onWrong);
  await checkRemains(world, onWrong);
}

async function isQuietInTime(
  world: World,
  watch: Watch,
  onWrong: (what: string) => void,
): Promise<boolean> {
  const { ground, user } = world;
  try {
    await until('everything to end', QUIET_LIMIT_MS, async () => {
      await watch.look();
      const open = await openThings(world);
      // What waited may have found out only now that its grant is dead.
      if ((await user.status()) === 'EXPIRED') await user.reconnect();
      return open.length === 0 ? true : null;
    });
    return true;
  } catch (error) {
    const { rows } = await ground.database.db.pool.query(
      `SELECT data_model, enabled, watermark, owed_since, next_fire_at, wake_at, wake_ups, fence FROM model_states
       WHERE connection_id = $1`,
      [user.connectionId],
    );
    onWrong(
      `${String(error)}: ${JSON.stringify(await openThings(world))}\n  models: ${JSON.stringify(rows)}`,
    );
    return false;
  }
}

/** Jobs, syncs and pulls that have not ended. */
async function openThings({ ground, user }: World): Promise<unknown[]> {
  const { rows } = await ground.database.db.pool.query(
    `SELECT 'job ' || id AS what, data_model, state, mode || ' ' || trigger AS more, created_at, pull_id::text
     FROM sync_jobs WHERE connection_id = $1 AND (state IN ('CREATED', 'RUNNING') OR ended_at IS NULL)
     UNION ALL
     SELECT 'sync ' || sync_id, null, status, mode || ' ' || trigger, created_at, null
     FROM syncs WHERE connection_id = $1 AND (status IN ('CREATED', 'RUNNING') OR ended_at IS NULL)
     UNION ALL
     SELECT 'pull ' || id, data_model, state, concat_ws(' ', kind, phase, 'attempts', attempts, 'retry', retry_at,
       'resume', resume_at, resume_reason, error_message, 'taken', taken_at), started_at, null
     FROM pulls WHERE connection_id = $1 AND (state = 'RUNNING' OR ended_at IS NULL)`,
    [user.connectionId],
  );
  return rows;
}

async function finalSync(
  world: World,
  watch: Watch,
  onWrong: (what: string) => void,
): Promise<boolean> {
  const { ground, user } = world;
  for (let attempt = 1; ; attempt += 1) {
    const syncId = await user.sync({ mode: 'full, mass delete', models: [], daysBack: 0 });
    if (!(await isQuietInTime(world, watch, onWrong))) return false;
    const sync = await ground.database.db.prisma.sync.findUnique({
      where: { syncId: syncId ?? '' },
    });
    if (sync?.status === 'SUCCESS') return true;
    // A refresh token that a killed worker had used and not stored is found dead only when access ends.
    const isRevoked = syncId === null || (await failedFor(world, sync?.id, 'credentials-expired'));
    if (!isRevoked || attempt === FINAL_TRIES) {
      onWrong(`the final full sync ended ${sync?.status ?? 'refused'}`);
      return false;
    }
  }
}

async function failedFor(
  { ground }: World,
  syncId: bigint | undefined,
  code: string,
): Promise<boolean> {
  if (syncId === undefined) return false;
  const jobs = await ground.database.db.prisma.syncJob.findMany({ where: { syncId } });
  return jobs.some((job) => job.errorCode === code);
}

async function compare(
  { platform, user, tally }: World,
  onWrong: (what: string) => void,
): Promise<void> {
  for (const model of MODELS) {
    const truth = await platform.truth(model);
    const found = differences(await user.list(model), truth);
    tally.add('records compared', model, truth.size);
    for (const each of found.slice(0, 5)) onWrong(`after the final full sync, ${model} ${each}`);
    if (found.length > 5) onWrong(`and ${found.length - 5} more of ${model}`);
  }
}

/** What must hold of the rest of the database when nothing is under way. */
async function checkRemains(world: World, onWrong: (what: string) => void): Promise<void> {
  const { ground, platform, user } = world;
  const { rows } = await ground.database.db.pool.query<{ what: string }>(
    `SELECT data_model || ' counts ' || live_records || ' live and ' || deleted_records || ' deleted, but has ' ||
       live || ' and ' || dead AS what
     FROM model_states m, LATERAL (
       SELECT count(*) FILTER (WHERE deleted_at IS NULL) AS live, count(*) FILTER (WHERE deleted_at IS NOT NULL) AS dead
       FROM records r WHERE r.connection_id = m.connection_id AND r.data_model = m.data_model
     ) counted
     WHERE m.connection_id = $1 AND (live_records <> live OR deleted_records <> dead)
     UNION ALL
     SELECT data_model || ': watermark ' || coalesce(watermark::text, 'missing') || ', owed since ' ||
       coalesce(owed_since::text, 'nothing')
     FROM model_states WHERE connection_id = $1 AND enabled
       AND (watermark IS NULL OR watermark > now() OR owed_since IS NOT NULL)
     UNION ALL
     SELECT 'lease ' || (lease ->> 'id') || ' is held, and no killed worker took it'
     FROM quota_accounts q, jsonb_array_elements(q.state -> 'leases') lease
     WHERE q.account = $2 AND (lease ->> 'takenAt')::numeric > $3
     UNION ALL
     SELECT 'pull ' || p.id || ' has ended and its seen ids are kept' FROM pulls p
     WHERE p.connection_id = $1 AND p.state <> 'RUNNING' AND p.deletions_held = 0
       AND EXISTS (SELECT 1 FROM pull_seen s WHERE s.pull_id = p.id)
     UNION ALL
     SELECT deadlocks || ' deadlocks' FROM pg_stat_database WHERE datname = current_database() AND deadlocks > 0`,
    [user.connectionId, `ROOTFI_SANDBOX:${platform.tenant}`, ground.lastKillAt()],
  );
  for (const { what } of rows) onWrong(what);
  const { count } = await ground.temporal.workflow.count(
    `ExecutionStatus IN ('Failed', 'TimedOut', 'Terminated')`,
  );
  if (count > 0) onWrong(`${count} workflows failed or had to be terminated`);
  for (const model of MODELS) await checkQuarantine(world, model, onWrong);
}

/** After a full sync without faults nothing that exists is in quarantine. */
async function checkQuarantine(
  { ground, platform, user }: World,
  model: (typeof MODELS)[number],
  onWrong: (what: string) => void,
): Promise<void> {
  const truth = await platform.truth(model);
  const left = await ground.database.db.prisma.quarantinedRecord.findMany({
    where: { connectionId: BigInt(user.connectionId), dataModel: model },
  });
  for (const { key } of left) {
    if (truth.has(key)) onWrong(`${model} ${key} is still in quarantine`);
  }
}
