-- What was asked of platforms: kept for days, written in batches beside the syncs, and lost without harm.
CREATE TABLE "platform_requests" (
    "id" BIGSERIAL NOT NULL,
    "connection_id" BIGINT NOT NULL,
    "pull_id" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "method" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "status" INTEGER,
    "ms" INTEGER NOT NULL,
    "quota_remaining" INTEGER,
    "bytes" BIGINT,
    "error" TEXT,
    "body_start" TEXT,

    CONSTRAINT "platform_requests_pkey" PRIMARY KEY ("id")
);

-- Those of one pull, and those of a connection that is deleted.
CREATE INDEX "platform_requests_connection_id_pull_id_id_idx" ON "platform_requests"("connection_id", "pull_id", "id");
