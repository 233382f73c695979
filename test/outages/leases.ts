import { Client } from 'pg';

/** Permits of platform calls, and renewals of credentials, that somebody holds by the database's word. */
export async function leasesHeld(databaseUrl: string): Promise<number> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ held: number }>(`
      SELECT (
        (SELECT count(*) FROM quota_accounts q, jsonb_array_elements(q.state->'leases') l
          WHERE (l->>'expiresAt')::numeric > extract(epoch FROM now()) * 1000)
        + (SELECT count(*) FROM credentials WHERE renew_until > now())
      )::int AS held`);
    return rows[0]?.held ?? -1;
  } finally {
    await client.end();
  }
}
