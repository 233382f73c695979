import { type PoolClient, TypeOverrides, types } from 'pg';
import { Prisma } from '../prisma/generated/client';
import type { Database, Tx } from './database';

/**
 * As `inTransaction`, for the few transactions that each tick goes through: straight on the pool that Prisma's adapter
 * runs on, with statements that the server parses and plans once for each connection. Measured: a third of the CPU, in
 * the worker and in PostgreSQL (docs/benchmarks.md). What hangs is given up by the pool's `ConnectionWatch`.
 */
export async function inHotTransaction<T>(db: Database, act: (tx: Tx) => Promise<T>): Promise<T> {
  const client = await db.pool.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    const result = await act(statementsOf(client));
    await client.query('COMMIT');
    client.release();
    return result;
  } catch (error) {
    // A connection that cannot even roll back is of no more use; the server ends its transaction with it.
    await client.query('ROLLBACK').then(
      () => client.release(),
      () => client.release(true),
    );
    throw error;
  }
}

function statementsOf(client: PoolClient): Tx {
  const send = (query: TemplateStringsArray | Prisma.Sql, values: unknown[]) => {
    const { text, values: given } =
      query instanceof Prisma.Sql ? query : Prisma.sql(query, ...values);
    return client.query({ name: nameOf(text), text, values: given, types: TYPES });
  };
  return {
    async $queryRaw<Rows>(query: TemplateStringsArray | Prisma.Sql, ...values: unknown[]) {
      const { rows } = await send(query, values);
      // As with Prisma, the caller says what its statement answers.
      return rows as Rows;
    },
    async $executeRaw(query, ...values) {
      return (await send(query, values)).rowCount ?? 0;
    },
  };
}

/** As Prisma reads them: a bigint is one, and not the text of one. */
const TYPES = new TypeOverrides();
TYPES.setTypeParser(types.builtins.INT8, BigInt);

const names = new Map<string, string>();

/** Statements are few: they differ in their text alone, not in their values. */
function nameOf(text: string): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  const name = `hot-${names.size}`;
  names.set(text, name);
  return name;
}
