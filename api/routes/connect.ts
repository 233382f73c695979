import { z } from 'zod';
import { invalid, notFound } from '../../core/errors';
import { readFirstSync } from '../../store/read/first-sync';
import { beginConsent, finishConsent } from '../connect/consent';
import { accessFor, choose, connectThrough, mustFindLink, offersOf } from '../connect/link';
import { openProgressToken, sealProgressToken } from '../connect/progress-token';
import { KEEP_OPENER } from '../http/pages';
import { publicRoute, redirection } from '../http/route';
import { presentOpenedLink, presentProgress } from '../presenters/connect';
import { companyName, jsonObject } from '../schemas/common';
import { openedLinkAnswer, progressAnswer } from '../schemas/connect';
import { PLATFORM_CALL_LIMIT_MS } from './connecting';

/** What the connect page asks for. An invite link's id is all that its holder needs. */

const params = z.object({ invite_link_id: z.uuid() });

const choice = {
  integration_type: z.string('Must be text.').min(1).max(100),
  company_name: companyName
    .optional()
    .meta({ description: 'Required where the link has none; ignored elsewhere.' }),
};

const open = publicRoute({
  method: 'get',
  path: '/connect/{invite_link_id}',
  operationId: 'openInviteLink',
  tag: 'connect',
  summary: 'Tells a customer what an invite link is for',
  params,
  response: z.object({ data: openedLinkAnswer }),
  errors: ['not-found'],
  async run({ params: { invite_link_id }, deps }) {
    const link = await mustFindLink(deps, invite_link_id);
    const offers = await Promise.all(
      (await offersOf(deps, link)).map(async (connector) => ({
        connector,
        access: await accessFor(deps, link, connector),
      })),
    );
    return { data: presentOpenedLink(link, offers, deps.config.publicUrl) };
  },
});

const byCredentials = publicRoute({
  method: 'post',
  path: '/connect/{invite_link_id}/credentials',
  operationId: 'connectByCredentials',
  tag: 'connect',
  summary: 'Connects, or reconnects, by what the customer has filled in',
  description: 'The credentials are tried with one call first; refused ones leave nothing behind.',
  timeLimitMs: PLATFORM_CALL_LIMIT_MS,
  params,
  body: z.strictObject({ ...choice, credentials: jsonObject }),
  response: z.object({
    data: z.object({
      status: z.literal('CONNECTED'),
      integration_type: z.string(),
      progress_token: z.string(),
    }),
  }),
  errors: [
    'missing-params',
    'invalid-params',
    'platform-denied',
    'not-found',
    'conflict',
    'different-account',
    'platform-unavailable',
  ],
  async run({ params: { invite_link_id }, body, deps }) {
    const chosen = await choose(deps, invite_link_id, body);
    const { connector, link } = chosen;
    if (connector.auth.oauth !== undefined) {
      throw invalid('integration_type', `${connector.name} connects by consent, not by a form.`);
    }
    const authorised = await deps.platforms.authorise(connector, body.credentials);
    const connectionId = await connectThrough(deps, chosen, authorised);
    return {
      data: {
        status: 'CONNECTED' as const,
        integration_type: connector.integrationType,
        progress_token: sealProgressToken(deps.sealer, link.id, connectionId),
      },
    };
  },
});

const byConsent = publicRoute({
  method: 'post',
  path: '/connect/{invite_link_id}/oauth',
  operationId: 'connectByConsent',
  tag: 'connect',
  summary: 'Begins to connect, or reconnect, by the customer’s consent at the platform',
  description:
    'Send this browser to `authorize_url` within ten minutes. The answer sets a cookie; without it the way back is refused.',
  params,
  body: z.strictObject(choice),
  response: z.object({ data: z.object({ authorize_url: z.url() }) }),
  errors: ['missing-params', 'invalid-params', 'not-found', 'conflict'],
  async run({ params: { invite_link_id }, body, exchange, deps }) {
    const chosen = await choose(deps, invite_link_id, body);
    return { data: { authorize_url: await beginConsent(deps, chosen, exchange) } };
  },
});

const callback = publicRoute({
  method: 'get',
  path: '/connect/oauth/callback',
  operationId: 'returnFromConsent',
  tag: 'connect',
  summary: 'Where platforms send a customer back to, after consent or denial',
  description:
    'Leads on to `/connect/{invite_link_id}` with `result` = `connected` (and `progress`), `denied` or `failed` (and `reason`); to `/connect/error?reason=state` where the state is forged, was used, is too old or another browser’s. Then nothing is stored.',
  timeLimitMs: PLATFORM_CALL_LIMIT_MS,
  redirects: true,
  query: z
    .object({
      state: z.string().optional().catch(undefined),
      code: z.string().optional().catch(undefined),
      error: z.string().optional().catch(undefined),
    })
    .catchall(z.unknown()),
  response: redirection,
  errors: [],
  async run({ query, exchange, deps }) {
    // Platforms add what they like; what came twice is no answer of theirs.
    const given = Object.fromEntries(
      Object.entries(query).flatMap(([name, value]) =>
        typeof value === 'string' ? [[name, value]] : [],
      ),
    );
    exchange.setHeader(...KEEP_OPENER);
    return { location: await finishConsent(deps, given, exchange) };
  },
});

const progress = publicRoute({
  method: 'get',
  path: '/connect/{invite_link_id}/progress',
  operationId: 'watchFirstSync',
  tag: 'connect',
  summary: 'Tells the browser that has connected how far the first sync is, in counts',
  params,
  query: z.strictObject({ token: z.string('Must be text.').min(1).max(1_000) }),
  response: z.object({ data: progressAnswer }),
  errors: ['missing-params', 'not-found'],
  async run({ params: { invite_link_id }, query, deps }) {
    const link = await mustFindLink(deps, invite_link_id);
    const connectionId = openProgressToken(deps.sealer, link.id, query.token);
    const found =
      connectionId === null
        ? null
        : await readFirstSync(deps.db, { linkId: link.id, connectionId });
    if (found === null) throw notFound('progress', 'token');
    return { data: presentProgress(found) };
  },
});

/** The way back first: `oauth` is no link's id. */
export const connectRoutes = [callback, open, byCredentials, byConsent, progress];
