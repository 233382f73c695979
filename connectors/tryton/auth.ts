import { z } from 'zod';
import type { Access, Authorised, AuthScheme, CredentialField, SendTo } from '../contract';
import { MalformedAnswerError, PlatformError } from '../engine/errors';
import { resultOf, rpc, withContext } from './rpc';

/** What a person gives. The user should be one of its own: what it may see is what is synced. */
export const credentials = z.strictObject({
  base_url: z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, '')),
  database: z.string().min(1).max(100),
  username: z.string().min(1).max(200),
  password: z.string().min(1).max(1_000),
});

export const fields: readonly CredentialField[] = [
  {
    name: 'base_url',
    label: 'Server address',
    type: 'url',
    required: true,
    help: 'Where you open Tryton in your browser, for example https://tryton.example.com',
  },
  {
    name: 'database',
    label: 'Database',
    type: 'text',
    required: true,
    help: 'The name of the database, as the login window shows it.',
  },
  {
    name: 'username',
    label: 'User name',
    type: 'text',
    required: true,
    help: 'A user of its own is best: what it may see is what is read.',
  },
  { name: 'password', label: 'Password', type: 'password', required: true, help: null },
];

const loginSchema = z.tuple([z.int(), z.string().min(1)], z.unknown());
const preferencesSchema = z.object({
  company: z.int().nullish(),
  company_filter: z.string().nullish(),
  language: z.string().nullish(),
});

const secretsSchema = credentials.extend({
  user_id: z.int(),
  session: z.string(),
  context: z.record(z.string(), z.unknown()),
});
type TrytonSecrets = z.infer<typeof secretsSchema>;

function parsed<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(resultOf(body));
  if (!result.success) throw new MalformedAnswerError('Tryton answered a login in another form');
  return result.data;
}

function accessOf(secrets: TrytonSecrets): Access {
  const { username, user_id, session, context } = secrets;
  // https://docs.tryton.org: `Session base64(login:user id:session key)`.
  const token = Buffer.from(`${username}:${user_id}:${session}`, 'utf8').toString('base64');
  return {
    baseUrl: urlOf(secrets),
    headers: { authorization: `Session ${token}` },
    complete: (request) => withContext(request, context),
  };
}

function urlOf(given: { base_url: string; database: string }): string {
  return `${given.base_url}/${encodeURIComponent(given.database)}`;
}

/** A refused password is final, whichever way Tryton says it; elsewhere the same answer means an old session. */
async function login(
  given: z.infer<typeof credentials>,
  sendTo: SendTo,
): Promise<[number, string]> {
  const request = rpc('common.db.login', [given.username, { password: given.password }]);
  try {
    const answer = await sendTo({ baseUrl: urlOf(given), headers: {} }, request);
    const [userId, session] = parsed(loginSchema, answer.body);
    return [userId, session];
  } catch (error) {
    if (error instanceof PlatformError && error.kind === 'unauthorised') {
      throw new PlatformError('invalid-grant', 'Tryton refused the user name and password', {
        status: error.status,
      });
    }
    throw error;
  }
}

async function open(given: z.infer<typeof credentials>, sendTo: SendTo): Promise<Authorised> {
  const [user_id, session] = await login(given, sendTo);
  const secrets: TrytonSecrets = { ...given, user_id, session, context: {} };
  const preferences = rpc('model.res.user.get_preferences', [true]);
  const answer = await sendTo(accessOf(secrets), preferences);
  const { company, company_filter, language } = parsed(preferencesSchema, answer.body);
  return {
    secrets: {
      ...secrets,
      context: {
        company: company ?? null,
        language: language ?? 'en',
        // Archived rows are records too; without this Tryton hides them and they would be taken for deleted.
        active_test: false,
      },
    },
    // What a user sees depends on the company he works for; another one is another account.
    account: `${urlOf(given)}#${company_filter === 'all' ? 'all' : (company ?? 'none')}`,
    expiresAt: null,
  };
}

/** Sessions: opened with name and password, which are kept, as a session that has ended is opened anew with them. */
export const auth: AuthScheme = {
  authorise: (given, sendTo) => open(credentials.parse(given), sendTo),
  renew(secrets, sendTo) {
    const { base_url, database, username, password } = secretsSchema.parse(secrets);
    return open({ base_url, database, username, password }, sendTo);
  },
  access: (secrets) => accessOf(secretsSchema.parse(secrets)),
  async revoke(secrets, sendTo) {
    // A call of the server's own: unlike a model's it takes no context.
    const { baseUrl, headers } = accessOf(secretsSchema.parse(secrets));
    await sendTo({ baseUrl, headers }, rpc('common.db.logout', []));
  },
};
