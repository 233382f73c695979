import { z } from 'zod';

const fromPg = z.object({ code: z.string().regex(/^[0-9A-Z]{5}$/) });
const fromPrisma = z.object({
  meta: z.object({
    driverAdapterError: z.object({ cause: z.object({ originalCode: z.string() }) }),
  }),
});

/**
 * SQLSTATE of an error of PostgreSQL (https://www.postgresql.org/docs/current/errcodes-appendix.html), whether `pg`
 * threw it or Prisma passed it on; null for any other error.
 */
export function sqlState(error: unknown): string | null {
  const passedOn = fromPrisma.safeParse(error);
  if (passedOn.success) return passedOn.data.meta.driverAdapterError.cause.originalCode;
  const thrown = fromPg.safeParse(error);
  // Prisma's own codes have the same five characters.
  return thrown.success && !/^P\d/.test(thrown.data.code) ? thrown.data.code : null;
}

/** Class 22, data exception: the statement is right, a value in it cannot be stored. */
export function isDataError(error: unknown): boolean {
  return sqlState(error)?.startsWith('22') ?? false;
}
