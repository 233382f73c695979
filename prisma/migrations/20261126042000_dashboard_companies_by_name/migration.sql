-- Companies in the order of their names, as the dashboard lists them; cursors carry no more than 64 characters of one.
CREATE INDEX "companies_name_idx" ON "companies"("organisation_id", left(lower("name"), 64), "id") WHERE "deleted_at" IS NULL;
