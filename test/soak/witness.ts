import type { Database } from '../../store/database';
import { MODELS, type Model } from './events';

/**
 * A witness inside the database: triggers note what must never happen, and every tombstone with its time, so that
 * nothing is missed between two looks.
 */
const DDL = `
CREATE TABLE soak_witness (
  id bigserial PRIMARY KEY, what text NOT NULL, connection_id bigint NOT NULL, data_model text, platform_id text,
  at timestamptz NOT NULL, detail text
);
CREATE FUNCTION soak_version(data jsonb) RETURNS int LANGUAGE sql IMMUTABLE AS $$
  SELECT greatest(
    coalesce((regexp_match(data ->> 'memo', '^v(\\d+) '))[1]::int, 0),
    coalesce((regexp_match(data ->> 'name', '^v(\\d+) '))[1]::int, 0)
  )
$$;
CREATE FUNCTION soak_record() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL THEN
    INSERT INTO soak_witness (what, connection_id, data_model, platform_id, at)
    VALUES ('tombstone', NEW.connection_id, NEW.data_model, NEW.platform_id, NEW.deleted_at);
  END IF;
  IF soak_version(NEW.data) < soak_version(OLD.data) THEN
    INSERT INTO soak_witness (what, connection_id, data_model, platform_id, at, detail)
    VALUES ('an older version stored over a newer one', NEW.connection_id, NEW.data_model, NEW.platform_id,
      clock_timestamp(), soak_version(OLD.data) || ' -> ' || soak_version(NEW.data));
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER soak_record AFTER UPDATE ON records FOR EACH ROW EXECUTE FUNCTION soak_record();
CREATE FUNCTION soak_model() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.watermark IS DISTINCT FROM OLD.watermark
    AND (NEW.watermark IS NULL OR NEW.watermark < OLD.watermark OR NEW.watermark > clock_timestamp()) THEN
    INSERT INTO soak_witness (what, connection_id, data_model, at, detail)
    VALUES ('a watermark that went back, or ahead of the clock', NEW.connection_id, NEW.data_model,
      clock_timestamp(), OLD.watermark || ' -> ' || coalesce(NEW.watermark::text, 'null'));
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER soak_model AFTER UPDATE ON model_states FOR EACH ROW EXECUTE FUNCTION soak_model();
CREATE FUNCTION soak_job() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state IN ('SUCCESS', 'FAILED') AND NEW.state <> OLD.state THEN
    INSERT INTO soak_witness (what, connection_id, data_model, at, detail)
    VALUES ('an ended job changed its state', NEW.connection_id, NEW.data_model, clock_timestamp(),
      NEW.id || ': ' || OLD.state || ' -> ' || NEW.state);
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER soak_job AFTER UPDATE ON sync_jobs FOR EACH ROW EXECUTE FUNCTION soak_job();
`;

export async function callWitness(db: Database): Promise<void> {
  await db.pool.query(DDL);
}

export interface Tombstone {
  readonly model: Model;
  readonly platformId: string;
  readonly at: Date;
  /** When the earliest sweeping pull began that can have set it; null where there is none. */
  readonly pullStartedAt: Date | null;
}

/** Tombstones set since the last look, and sentences about what must not be. */
export async function hearWitness(
  db: Database,
  connectionId: number,
  after: bigint,
): Promise<{ last: bigint; tombstones: Tombstone[]; wrongs: string[] }> {
  const { rows } = await db.pool.query<{
    id: string;
    what: string;
    data_model: string;
    platform_id: string | null;
    at: Date;
    detail: string | null;
    pull_started_at: Date | null;
  }>(
    `SELECT w.*, (
       SELECT min(p.started_at) FROM pulls p WHERE p.connection_id = w.connection_id AND p.data_model = w.data_model
         AND p.sweep AND p.started_at <= w.at AND coalesce(p.ended_at, 'infinity') >= w.at
     ) AS pull_started_at
     FROM soak_witness w WHERE w.connection_id = $1 AND w.id > $2 ORDER BY w.id`,
    [connectionId, after.toString()],
  );
  const tombstones = rows.flatMap((row) => {
    const model = MODELS.find((each) => each === row.data_model);
    if (row.what !== 'tombstone' || model === undefined || row.platform_id === null) return [];
    const { platform_id: platformId, at, pull_started_at: pullStartedAt } = row;
    return [{ model, platformId, at, pullStartedAt }];
  });
  const wrongs = rows
    .filter((row) => row.what !== 'tombstone')
    .map(
      (row) =>
        `${row.what}: ${row.data_model} ${row.platform_id ?? ''} ${row.detail ?? ''} at ${row.at.toISOString()}`,
    );
  return { last: BigInt(rows.at(-1)?.id ?? after), tombstones, wrongs };
}
