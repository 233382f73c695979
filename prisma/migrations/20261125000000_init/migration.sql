-- Versions of sync config lists: equal versions are the same list.
CREATE SEQUENCE "sync_config_versions";

-- Versions of credentials, never used twice: a renewal that ends after a reconnect must not match.
CREATE SEQUENCE "credential_versions";

CREATE TABLE "organisations" (
    "id" BIGSERIAL NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "organisations_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "api_keys" (
    "id" BIGSERIAL NOT NULL,
    "organisation_id" BIGINT NOT NULL,
    "name" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_keys_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "companies" (
    "id" BIGSERIAL NOT NULL,
    "organisation_id" BIGINT NOT NULL,
    "name" TEXT NOT NULL,
    "partner_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "companies_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "connections" (
    "id" BIGSERIAL NOT NULL,
    "organisation_id" BIGINT NOT NULL,
    "company_id" BIGINT NOT NULL,
    "integration_type" TEXT NOT NULL,
    "category" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "paused" BOOLEAN NOT NULL DEFAULT false,
    "account" TEXT NOT NULL,
    "settings" JSONB NOT NULL DEFAULT '{}',
    "applied_config_version" BIGINT NOT NULL DEFAULT 0,
    "status_reason" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "connections_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "credentials" (
    "connection_id" BIGINT NOT NULL,
    "version" BIGINT NOT NULL DEFAULT nextval('credential_versions'),
    "key_id" TEXT NOT NULL,
    "iv" BYTEA NOT NULL,
    "tag" BYTEA NOT NULL,
    "ciphertext" BYTEA NOT NULL,
    "expires_at" TIMESTAMPTZ(3),
    "renew_owner" TEXT,
    "renew_until" TIMESTAMPTZ(3),
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "credentials_pkey" PRIMARY KEY ("connection_id")
);

CREATE TABLE "sync_configs" (
    "id" BIGSERIAL NOT NULL,
    "organisation_id" BIGINT NOT NULL,
    "category" TEXT NOT NULL,
    "connection_id" BIGINT,
    "entries" JSONB NOT NULL,
    "version" BIGINT NOT NULL DEFAULT nextval('sync_config_versions'),
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "sync_configs_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "model_states" (
    "connection_id" BIGINT NOT NULL,
    "data_model" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT false,
    "config" JSONB NOT NULL,
    "watermark" TIMESTAMPTZ(3),
    "covered_from" TIMESTAMPTZ(3),
    "owed_since" TIMESTAMPTZ(3),
    "next_fire_at" TIMESTAMPTZ(3),
    "wake_at" TIMESTAMPTZ(3),
    "wake_ups" INTEGER NOT NULL DEFAULT 0,
    "fence" BIGINT NOT NULL DEFAULT 0,
    "last_success_at" TIMESTAMPTZ(3),
    "last_summary" TEXT,
    "live_records" BIGINT NOT NULL DEFAULT 0,
    "deleted_records" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "model_states_pkey" PRIMARY KEY ("connection_id", "data_model")
);

CREATE TABLE "syncs" (
    "id" BIGSERIAL NOT NULL,
    "sync_id" TEXT NOT NULL,
    "organisation_id" BIGINT NOT NULL,
    "company_id" BIGINT NOT NULL,
    "connection_id" BIGINT NOT NULL,
    "integration_type" TEXT NOT NULL,
    "mode" TEXT NOT NULL,
    "trigger" TEXT NOT NULL,
    "data_models" TEXT[],
    "status" TEXT NOT NULL DEFAULT 'CREATED',
    "due_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "syncs_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "sync_jobs" (
    "id" BIGSERIAL NOT NULL,
    "sync_id" BIGINT NOT NULL,
    "connection_id" BIGINT NOT NULL,
    "data_model" TEXT NOT NULL,
    "mode" TEXT NOT NULL,
    "trigger" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3),
    "allow_mass_delete" BOOLEAN NOT NULL DEFAULT false,
    "state" TEXT NOT NULL DEFAULT 'CREATED',
    "pull_id" BIGINT,
    "due_at" TIMESTAMPTZ(3),
    "missed_ticks" INTEGER NOT NULL DEFAULT 0,
    "counts" JSONB,
    "pages" INTEGER NOT NULL DEFAULT 0,
    "slept_ms" BIGINT NOT NULL DEFAULT 0,
    "retries" INTEGER NOT NULL DEFAULT 0,
    "deletions_held" INTEGER NOT NULL DEFAULT 0,
    "sweep_skipped" BOOLEAN NOT NULL DEFAULT false,
    "error_code" TEXT,
    "error_message" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "sync_jobs_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "pulls" (
    "id" BIGSERIAL NOT NULL,
    "connection_id" BIGINT NOT NULL,
    "data_model" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'RUNNING',
    "since" TIMESTAMPTZ(3),
    "sweep" BOOLEAN NOT NULL DEFAULT false,
    "continues" BOOLEAN NOT NULL DEFAULT false,
    "phase" TEXT NOT NULL DEFAULT 'listing',
    "cursor" JSONB,
    "cursor_born_at" TIMESTAMPTZ(3),
    "sweep_after" TEXT,
    "unreadable_ids" BOOLEAN NOT NULL DEFAULT false,
    "fence" BIGINT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "retries" INTEGER NOT NULL DEFAULT 0,
    "restarts" INTEGER NOT NULL DEFAULT 0,
    "furthest_page" INTEGER NOT NULL DEFAULT 0,
    "listing_page" INTEGER NOT NULL DEFAULT 0,
    "retry_at" TIMESTAMPTZ(3),
    "resume_at" TIMESTAMPTZ(3),
    "resume_reason" TEXT,
    "lane" TEXT NOT NULL,
    "slept_ms" BIGINT NOT NULL DEFAULT 0,
    "first_date" TIMESTAMPTZ(3),
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "taken_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "pages" INTEGER NOT NULL DEFAULT 0,
    "fetched" BIGINT NOT NULL DEFAULT 0,
    "inserted" BIGINT NOT NULL DEFAULT 0,
    "changed" BIGINT NOT NULL DEFAULT 0,
    "unchanged" BIGINT NOT NULL DEFAULT 0,
    "revived" BIGINT NOT NULL DEFAULT 0,
    "repeated" BIGINT NOT NULL DEFAULT 0,
    "quarantined" BIGINT NOT NULL DEFAULT 0,
    "deleted" BIGINT NOT NULL DEFAULT 0,
    "deletions_held" INTEGER NOT NULL DEFAULT 0,
    "sweep_skipped" BOOLEAN NOT NULL DEFAULT false,
    "error_code" TEXT,
    "error_message" TEXT,

    CONSTRAINT "pulls_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "pull_seen" (
    "pull_id" BIGINT NOT NULL,
    "seq" BIGSERIAL NOT NULL,
    "gone" BOOLEAN NOT NULL DEFAULT false,
    "ids" TEXT[],

    CONSTRAINT "pull_seen_pkey" PRIMARY KEY ("pull_id", "seq")
);

CREATE TABLE "records" (
    "id" BIGSERIAL NOT NULL,
    "connection_id" BIGINT NOT NULL,
    "company_id" BIGINT NOT NULL,
    "data_model" TEXT NOT NULL,
    "platform_id" TEXT NOT NULL,
    "data" JSONB NOT NULL,
    "raw" JSONB NOT NULL,
    "hash" TEXT NOT NULL,
    "raw_hash" TEXT NOT NULL,
    "platform_updated_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "records_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "quarantined_records" (
    "connection_id" BIGINT NOT NULL,
    "data_model" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "platform_id" TEXT,
    "raw" JSONB NOT NULL,
    "path" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "connector_version" INTEGER NOT NULL,
    "first_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "quarantined_records_pkey" PRIMARY KEY ("connection_id", "data_model", "key")
);

CREATE TABLE "quota_accounts" (
    "account" TEXT NOT NULL,
    "state" JSONB NOT NULL,
    "version" BIGINT NOT NULL DEFAULT 0,
    "blocked_until" TIMESTAMPTZ(3),
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "quota_accounts_pkey" PRIMARY KEY ("account")
);

CREATE TABLE "idempotency_keys" (
    "organisation_id" BIGINT NOT NULL,
    "path" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "body_hash" TEXT NOT NULL,
    "sync_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY ("organisation_id", "path", "key")
);

CREATE TABLE "activity_log" (
    "id" BIGSERIAL NOT NULL,
    "organisation_id" BIGINT NOT NULL,
    "company_id" BIGINT,
    "connection_id" BIGINT,
    "activity_type" TEXT NOT NULL,
    "detail" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "activity_log_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "api_keys_hash_key" ON "api_keys"("hash");
CREATE INDEX "api_keys_organisation_id_idx" ON "api_keys"("organisation_id");
CREATE INDEX "companies_organisation_id_id_idx" ON "companies"("organisation_id", "id");
CREATE INDEX "connections_company_id_idx" ON "connections"("company_id");
CREATE INDEX "connections_organisation_id_id_idx" ON "connections"("organisation_id", "id");
CREATE UNIQUE INDEX "sync_configs_connection_id_key" ON "sync_configs"("connection_id");
CREATE INDEX "sync_configs_organisation_id_category_idx" ON "sync_configs"("organisation_id", "category");
CREATE INDEX "model_states_wake_at_idx" ON "model_states"("wake_at");
CREATE UNIQUE INDEX "syncs_sync_id_key" ON "syncs"("sync_id");
CREATE INDEX "syncs_organisation_id_id_idx" ON "syncs"("organisation_id", "id");
CREATE INDEX "syncs_company_id_id_idx" ON "syncs"("company_id", "id");
CREATE INDEX "syncs_connection_id_id_idx" ON "syncs"("connection_id", "id");
CREATE INDEX "sync_jobs_sync_id_idx" ON "sync_jobs"("sync_id");
CREATE INDEX "sync_jobs_pull_id_idx" ON "sync_jobs"("pull_id");
CREATE INDEX "pulls_connection_id_data_model_id_idx" ON "pulls"("connection_id", "data_model", "id");
CREATE UNIQUE INDEX "records_connection_id_data_model_platform_id_key" ON "records"("connection_id", "data_model", "platform_id");
CREATE INDEX "records_company_id_data_model_id_idx" ON "records"("company_id", "data_model", "id");
CREATE INDEX "records_company_id_data_model_updated_at_id_idx" ON "records"("company_id", "data_model", "updated_at", "id");
CREATE INDEX "idempotency_keys_created_at_idx" ON "idempotency_keys"("created_at");
CREATE INDEX "activity_log_company_id_id_idx" ON "activity_log"("company_id", "id");

-- What Prisma's schema cannot say.

-- One live connection per company and integration type.
CREATE UNIQUE INDEX "connections_live_key" ON "connections"("company_id", "integration_type") WHERE "deleted_at" IS NULL;
-- The purge finds deleted connections and companies without reading the live ones.
CREATE INDEX "connections_deleted_idx" ON "connections"("id") WHERE "deleted_at" IS NOT NULL;
-- One list per organisation and category beside the connections' own.
CREATE UNIQUE INDEX "sync_configs_organisation_key" ON "sync_configs"("organisation_id", "category") WHERE "connection_id" IS NULL;
-- At most one open pull of each kind per data model, whatever the code above it does.
CREATE UNIQUE INDEX "pulls_open_key" ON "pulls"("connection_id", "data_model", "kind") WHERE "state" = 'RUNNING';
-- The queue: jobs that still wait or run, found by model and by pull.
CREATE INDEX "sync_jobs_open_idx" ON "sync_jobs"("connection_id", "data_model", "state") WHERE "state" IN ('CREATED', 'RUNNING');
-- Live rows in the order the sweep asks for them.
CREATE INDEX "records_live_idx" ON "records"("connection_id", "data_model", "platform_id") WHERE "deleted_at" IS NULL;

-- Pages of records are rewritten in place: room on the page keeps such updates off the indexes that did not change.
ALTER TABLE "records" SET (fillfactor = 90);

-- The one clock of the store. Tests move it with the setting; otherwise it is the database's own.
CREATE FUNCTION "syncline_now"() RETURNS TIMESTAMPTZ(3) LANGUAGE sql STABLE AS $$
  SELECT (statement_timestamp()
    + coalesce(nullif(current_setting('syncline.clock_offset_ms', true), '')::bigint, 0) * interval '1 millisecond')::timestamptz(3)
$$;
