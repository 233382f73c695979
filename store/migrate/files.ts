import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { MigrationError } from './migration-error';

/** One folder of `prisma/migrations`. */
export interface MigrationFile {
  /** Folder name, `<timestamp>_<words>`: the order of application is the order of names. */
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file as it lies there, in hex: what Prisma's own tool writes down. */
  readonly checksum: string;
}

/** The migrations of a folder, in the order of application. Folders without a script are an error. */
export function readMigrations(dir: string): MigrationFile[] {
  return readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((name) => readMigration(dir, name));
}

function readMigration(dir: string, name: string): MigrationFile {
  const file = path.join(dir, name, 'migration.sql');
  if (!existsSync(file)) {
    throw new MigrationError(`The migration ${name} has no migration.sql: restore it.`);
  }
  const sql = readFileSync(file, 'utf8');
  return { name, sql, checksum: sha256(sql) };
}

/**
 * Whether an applied migration is the file we have. Line endings may differ, as they do for
 * Prisma's own tool: a checkout on Windows is not an edit.
 */
export function matchesChecksum(migration: MigrationFile, checksum: string): boolean {
  const unix = migration.sql.replaceAll('\r\n', '\n');
  const forms = [migration.sql, unix, unix.replaceAll('\n', '\r\n')];
  return forms.some((form) => sha256(form) === checksum);
}

/** Whether PostgreSQL would refuse to run the script inside a transaction. */
export function mustRunAlone(sql: string): boolean {
  const code = sql.replaceAll(/--.*$/gm, '').replaceAll(/\/\*[\s\S]*?\*\//g, '');
  return /\bCONCURRENTLY\b|^\s*VACUUM\b/im.test(code);
}

/** `prisma/migrations` of this copy of the code, from its source as well as from `dist`. */
export function findMigrationsDir(from: string = __dirname): string {
  for (let dir = from; dir !== path.dirname(dir); dir = path.dirname(dir)) {
    const candidate = path.join(dir, 'prisma', 'migrations');
    if (existsSync(candidate)) return candidate;
  }
  throw new MigrationError(`No prisma/migrations folder is to be found above ${from}.`);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
