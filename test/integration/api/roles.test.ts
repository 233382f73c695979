import { ROLES, type Role, suffices } from '../../../core/roles';
import { routes } from '../../../api/routes';
import type { Route } from '../../../api/http/route';
import { call, startApi, type TestApi, type TestOrganisation } from '../../support/api';
import { type Browser, openBrowser } from '../../support/sign-in';
import { tablePrints } from '../../support/table-prints';

/** Every route against every role, from the table of routes: a new route is here by itself. */

const closed = routes.filter((route) => !route.isPublic);
const named = (some: readonly Route[]) =>
  some.map((each): [string, Route] => [each.operationId, each]);

/** A path of nothing that exists, and a body that no route takes: whoever may call it is refused for that. */
const pathOf = (route: Route) => `/v3${route.path.replace(/\{\w+\}/g, '0')}`;
const bodyOf = (route: Route) => (route.method === 'get' ? {} : { body: { nothing: 'known' } });

describe('roles', () => {
  let api: TestApi;
  let organisation: TestOrganisation;
  let browsers: Record<Role, Browser>;
  let before: Record<string, string>;

  beforeAll(async () => {
    api = await startApi();
    organisation = await api.organisation();
    browsers = {
      admin: await openBrowser(api, organisation.id, 'admin'),
      member: await openBrowser(api, organisation.id, 'member'),
      'read-only': await openBrowser(api, organisation.id, 'read-only'),
    };
    before = await tablePrints(api.database.db);
  });
  afterAll(() => api.close());

  const ask = (browser: Browser, route: Route) =>
    browser.call(route.method.toUpperCase(), pathOf(route), bodyOf(route));

  it.each(named(closed))('%s is closed to nobody in particular', async (_name, route) => {
    const answer = await call(api.url, route.method.toUpperCase(), pathOf(route), bodyOf(route));
    expect([answer.status, answer.body.error.code]).toEqual([401, 'unauthorized']);
  });

  it.each(named(closed))(
    '%s is open to the roles it names, and to no lower one',
    async (_name, route) => {
      for (const role of ROLES) {
        const answer = await ask(browsers[role], route);
        const words = String(answer.body.error?.message ?? '');
        const isRefused = answer.status === 403 && words.startsWith('This needs the role');
        expect([role, isRefused]).toEqual([role, !suffices(role, route.needs)]);
      }
      // A key acts as a member.
      const { status, body } = await organisation.call(
        route.method.toUpperCase(),
        pathOf(route),
        bodyOf(route),
      );
      const isRefused = status === 403 && body.error.message.startsWith('This needs the role');
      expect(isRefused).toBe(!suffices('member', route.needs));
    },
  );

  it.each(named(closed.filter((route) => route.method !== 'get')))(
    '%s refuses a browser without its token',
    async (_name, route) => {
      const { cookie } = browsers.admin;
      const answer = await call(api.url, route.method.toUpperCase(), pathOf(route), {
        ...bodyOf(route),
        headers: { cookie },
      });
      expect(answer.status).toBe(403);
      expect(answer.body.error).toMatchObject({ code: 'operation-denied', field: 'x-csrf-token' });
    },
  );

  it('are admin alone for people and keys, and never less than member for what changes data', () => {
    const admin = closed.filter((route) => route.needs === 'admin').map((route) => route.path);
    expect(new Set(admin)).toEqual(
      new Set([
        '/core/users',
        '/core/users/{user_id}',
        '/core/api_keys',
        '/core/api_keys/{api_key_id}',
      ]),
    );
    const free = closed.filter((route) => route.method !== 'get' && route.needs === 'read-only');
    const harmless =
      /^\/core\/(session|session\/password|schedule\/preview|connections\/\{connection_id\}\/estimate)$/;
    expect(free.map((route) => route.path).filter((path) => !harmless.test(path))).toEqual([]);
  });

  it('have changed nothing', async () => {
    const { api_keys: _used, ...after } = await tablePrints(api.database.db);
    const { api_keys: _unused, ...unchanged } = before;
    expect(after).toEqual(unchanged);
  });
});
