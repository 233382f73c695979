import { ensureDatabase } from './postgres.mjs';
import { loadTypeScript } from './load-typescript.mjs';

/** Tests copy this database instead of migrating one each: 50 ms against a second. */
const TEMPLATE = 'syncline_template';

/** Makes the migrated template on a test server, by the migration runner itself. */
export async function makeTemplateDatabase(adminUrl) {
  await ensureDatabase(adminUrl, TEMPLATE);
  const url = new URL(adminUrl);
  url.pathname = `/${TEMPLATE}`;
  const { migrate } = loadTypeScript('store/migrate/migrate.ts');
  return migrate(url.href);
}
