-- What the platform sent is kept as it came: nobody looks into it by SQL, and as jsonb each record's copy cost as much to
-- parse as its mapped form. The release before writes jsonb, which is cast on assignment.
ALTER TABLE "records" ALTER COLUMN "raw" TYPE JSON USING "raw"::json;

-- One index instead of two on the same three columns: with deleted_at in it, a sweep still finds the live rows without
-- a look into the table.
CREATE UNIQUE INDEX "records_identity" ON "records"("connection_id", "data_model", "platform_id") INCLUDE ("deleted_at");
DROP INDEX "records_connection_id_data_model_platform_id_key";
DROP INDEX "records_live_idx";
ALTER INDEX "records_identity" RENAME TO "records_connection_id_data_model_platform_id_key";
