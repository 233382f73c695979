-- The newest jobs of one data model, and those of a span of time: timelines, sparklines, the last error of a company.
CREATE INDEX CONCURRENTLY "sync_jobs_connection_id_data_model_created_at_id_idx" ON "sync_jobs"("connection_id", "data_model", "created_at", "id");
