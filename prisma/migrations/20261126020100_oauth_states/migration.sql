-- Customers on their way to a platform's consent page and back, for ten minutes. A state can be taken once.
CREATE TABLE "oauth_states" (
    "state_hash" TEXT NOT NULL,
    "browser_hash" TEXT NOT NULL,
    "invite_link_id" BIGINT NOT NULL,
    "integration_type" TEXT NOT NULL,
    "company_name" TEXT,
    "key_id" TEXT NOT NULL,
    "iv" BYTEA NOT NULL,
    "tag" BYTEA NOT NULL,
    "ciphertext" BYTEA NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "oauth_states_pkey" PRIMARY KEY ("state_hash")
);

CREATE INDEX "oauth_states_expires_at_idx" ON "oauth_states"("expires_at");
