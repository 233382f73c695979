import { z } from 'zod';

/** The years that ISO 8601 writes with four digits and PostgreSQL knows, in UTC: a zone can carry a date out of them. */
const FIRST_INSTANT = new Date('0001-01-01T00:00:00.000Z').getTime();
const LAST_INSTANT = new Date('9999-12-31T23:59:59.999Z').getTime();

/** An ISO 8601 date, or a date and time with its zone, from the year 1 to 9999. */
export const instantText = z
  .union([z.iso.date(), z.iso.datetime({ offset: true })], {
    error: 'Must be an ISO 8601 date, or a date and time with its zone.',
  })
  .refine(isStorable, { error: 'Lies outside the years 1 to 9999.' });

function isStorable(text: string): boolean {
  const at = new Date(text).getTime();
  return at >= FIRST_INSTANT && at <= LAST_INSTANT;
}
