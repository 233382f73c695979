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

/** Class 53, insufficient resources: the disk or the memory is full, or all connections are taken. */
export function isOutOfRoom(error: unknown): boolean {
  return sqlState(error)?.startsWith('53') ?? false;
}

/** Class 08 and the "operator intervention" of a server that stops, has crashed or is starting. */
const OUTAGE_STATES = /^(08...|57P0[1-5])$/;
const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
]);
/**
 * Server, connection or transaction not to be had in time, in various words.
 * https://www.prisma.io/docs/orm/reference/error-reference
 */
const PRISMA_CODES = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028']);

/** What pg-pool says, in words alone, when no connection was to be had in time. */
const POOL_TIMEOUT = /^timeout exceeded when trying to connect$/;

const coded = z.object({ code: z.string() });

/**
 * Whether an error says of itself that the server is away. Not every outage does: a connection that breaks under a
 * statement leaves an error with nothing but words in it.
 */
export function isOutage(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== null) return OUTAGE_STATES.test(state);
  if (error instanceof Error && POOL_TIMEOUT.test(error.message)) return true;
  const code = coded.safeParse(error).data?.code ?? '';
  return NETWORK_CODES.has(code) || PRISMA_CODES.has(code);
}
