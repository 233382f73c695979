-- Links by which a customer connects a company, or reconnects one of its connections. `public_id` is the whole secret.
CREATE TABLE "invite_links" (
    "id" BIGSERIAL NOT NULL,
    "public_id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "organisation_id" BIGINT NOT NULL,
    "company_id" BIGINT NOT NULL,
    "connection_id" BIGINT,
    "integrations" TEXT[] NOT NULL,
    "categories" TEXT[] NOT NULL,
    "sync_config" JSONB,
    "expires_at" TIMESTAMPTZ(3),
    "used_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "invite_links_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "invite_links_public_id_key" ON "invite_links"("public_id");
CREATE INDEX "invite_links_organisation_id_id_idx" ON "invite_links"("organisation_id", "id");
CREATE INDEX "invite_links_company_id_id_idx" ON "invite_links"("company_id", "id");
