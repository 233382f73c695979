import { isIP } from 'node:net';
import { z } from 'zod';
import { LONGEST_PASSWORD, SHORTEST_PASSWORD } from './passwords';

/**
 * Every variable that Syncline reads. Messages go on after the variable's name ("PORT must be …"), and never repeat
 * the value, as some of them are secrets.
 */

const text = (reason = 'must not be blank') => z.string().trim().min(1, reason);

function wholeNumber(min: number, max: number) {
  const error = `must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,15}$/, error)
    .transform(Number)
    .refine((value) => value >= min && value <= max, error);
}

const port = () => wholeNumber(0, 65_535);
const flag = () => z.stringbool({ error: 'must be true or false' });

function url(protocols: readonly string[], example: string) {
  const error = `must be a URL such as ${example}`;
  return z.string(error).refine((value) => {
    const parsed = URL.canParse(value) ? new URL(value) : null;
    return parsed !== null && protocols.includes(parsed.protocol);
  }, error);
}

/** Addresses and networks, or the names that Express knows for some. */
function proxies() {
  const names = ['loopback', 'linklocal', 'uniquelocal'];
  return z
    .string()
    .transform((list) => list.split(',').map((each) => each.trim()))
    .refine(
      (list) => list.every((each) => names.includes(each) || isNetwork(each)),
      `must be a comma list of addresses, networks such as 10.0.0.0/8, or ${names.join(', ')}`,
    );
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  return (
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
  );
}

const secret = () => z.string().min(16, 'must have 16 characters or more');

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

const ONE_DAY_MS = 86_400_000;

export const environment = z
  .object({
    NODE_ENV: z.string().optional(),
    SYNCLINE_HOME: text().default('.syncline'),
    SYNCLINE_LOG_LEVEL: z
      .enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`)
      .default('info'),

    HOST: text().default('127.0.0.1'),
    PORT: port().default(3000),
    SYNCLINE_PUBLIC_URL: url(['http:', 'https:'], 'https://syncline.example.com').optional(),
    SYNCLINE_TRUSTED_PROXIES: proxies().optional(),
    SYNCLINE_API_KEY: secret().optional(),
    SYNCLINE_ADMIN_PASSWORD: z
      .string()
      .min(SHORTEST_PASSWORD, `must have ${SHORTEST_PASSWORD} characters or more`)
      .max(LONGEST_PASSWORD, `must have ${LONGEST_PASSWORD} characters or fewer`)
      .optional(),
    SYNCLINE_LOCAL_SIGN_IN: flag().optional(),
    SYNCLINE_RATE_LIMIT_PER_SECOND: wholeNumber(1, 1_000_000).default(200),
    SYNCLINE_RATE_LIMIT_BURST: wholeNumber(1, 10_000_000).default(1000),

    DATABASE_URL: url(
      ['postgres:', 'postgresql:'],
      'postgresql://user:password@host:5432/syncline',
    ),
    SYNCLINE_DATABASE_POOL: wholeNumber(1, 1000).optional(),

    TEMPORAL_ADDRESS: z
      .string()
      .regex(/^(\[[0-9a-fA-F:]+\]|[^\s:/]+)(:\d{1,5})?$/, 'must be host:port, without a scheme')
      .optional(),
    TEMPORAL_PORT: port().default(7233),
    TEMPORAL_NAMESPACE: text().default('default'),
    TEMPORAL_UI_URL: url(['http:', 'https:'], 'http://127.0.0.1:8233').optional(),
    TEMPORAL_API_KEY: text().optional(),
    TEMPORAL_TLS: flag().optional(),
    TEMPORAL_TLS_SERVER_NAME: text().optional(),
    TEMPORAL_TLS_SERVER_CA_CERT_PATH: text().optional(),
    TEMPORAL_TLS_CLIENT_CERT_PATH: text().optional(),
    TEMPORAL_TLS_CLIENT_KEY_PATH: text().optional(),

    SYNCLINE_ENCRYPTION_KEY: secret().optional(),
    SYNCLINE_ALLOW_PRIVATE_TARGETS: flag().optional(),

    SANDBOX_PORT: port().default(4010),
    SANDBOX_URL: url(['http:', 'https:'], 'http://127.0.0.1:4010').optional(),
    SANDBOX_PUBLIC_URL: url(['http:', 'https:'], 'http://localhost:4010').optional(),

    SYNCLINE_RETRY_BASE_MS: wholeNumber(1, ONE_DAY_MS).default(500),
    SYNCLINE_RETRY_CAP_MS: wholeNumber(1, ONE_DAY_MS).default(30_000),
    SYNCLINE_KEEP_QUIET_SYNCS_DAYS: wholeNumber(1, 36_500).default(7),
    SYNCLINE_KEEP_SYNCS_DAYS: wholeNumber(1, 36_500).default(90),
    SYNCLINE_KEEP_REQUEST_LOG_DAYS: wholeNumber(1, 36_500).default(7),
  })
  .superRefine((env, context) => {
    const refuse = (variable: keyof typeof env, message: string) =>
      context.addIssue({ code: 'custom', path: [variable], message });
    if (env.NODE_ENV === 'production' && !env.SYNCLINE_ENCRYPTION_KEY) {
      refuse('SYNCLINE_ENCRYPTION_KEY', 'must be set when NODE_ENV is production');
    }
    if (Boolean(env.TEMPORAL_TLS_CLIENT_CERT_PATH) !== Boolean(env.TEMPORAL_TLS_CLIENT_KEY_PATH)) {
      const absent = env.TEMPORAL_TLS_CLIENT_CERT_PATH ? 'KEY' : 'CERT';
      refuse(
        `TEMPORAL_TLS_CLIENT_${absent}_PATH`,
        'must be set too: a client certificate and its key go together',
      );
    }
    if (env.SYNCLINE_RETRY_CAP_MS < env.SYNCLINE_RETRY_BASE_MS) {
      refuse('SYNCLINE_RETRY_CAP_MS', 'must not be less than SYNCLINE_RETRY_BASE_MS');
    }
  });

export type Environment = z.output<typeof environment>;
