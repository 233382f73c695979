import { z } from 'zod';
import { ROLES } from '../../core/roles';
import { LONGEST_PASSWORD, SHORTEST_PASSWORD } from '../../infra/passwords';
import { nullableInstant, instant, rootfiFields } from './common';

/** As long as an address may be (RFC 5321). */
const LONGEST_EMAIL = 254;

/** An address to sign in with; `admin@localhost` is one too. Case does not matter. */
export const email = z
  .string('Must be text.')
  .trim()
  .max(LONGEST_EMAIL, `Must have ${LONGEST_EMAIL} characters or fewer.`)
  .regex(/^[^\s@]+@[^\s@]+$/, 'Must be an e-mail address.')
  .transform((text) => text.toLowerCase())
  .meta({ override: { type: 'string', maxLength: LONGEST_EMAIL } });

/** A password somebody is to have from now on. */
export const password = z
  .string('Must be text.')
  .min(SHORTEST_PASSWORD, `Must have ${SHORTEST_PASSWORD} characters or more.`)
  .max(LONGEST_PASSWORD, `Must have ${LONGEST_PASSWORD} characters or fewer.`);

/** A password to compare. */
export const givenPassword = z
  .string('Must be text.')
  .min(1, 'Must not be empty.')
  .max(LONGEST_PASSWORD, `Must have ${LONGEST_PASSWORD} characters or fewer.`);

export const personName = z
  .string('Must be text.')
  .trim()
  .min(1, 'Must not be blank.')
  .max(100, 'Must have 100 characters or fewer.');

export const role = z.enum(ROLES, `Must be one of ${ROLES.join(', ')}.`);

export const userAnswer = z
  .object({
    ...rootfiFields,
    email: z.string(),
    name: z.string(),
    role: z.enum(ROLES),
    last_sign_in_at: nullableInstant,
  })
  .meta({ id: 'User' });

export const sessionAnswer = z
  .object({
    user: userAnswer,
    organisation: z.object({ name: z.string() }),
    csrf_token: z.string().meta({ description: 'To be sent as `x-csrf-token` with every change.' }),
    expires_at: instant,
    temporal_ui_url: z.string().nullable(),
    temporal_namespace: z.string(),
    public_url: z.string(),
    version: z.string(),
  })
  .meta({ id: 'Session' });
