import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import * as z from 'zod/mini';
import { sessionQuery } from '../api/session';
import { PageNotFound } from '../components/page-not-found';
import { Shell } from './shell';
import { UnexpectedError } from './unexpected-error';

/** Which path shows which page. A page lies in the feature of its name and is loaded when it is first asked for. */

/** A part of an address that somebody has mistyped counts as left out. */
const orNone = <T extends z.ZodMiniType>(schema: T) => z.catch(z.optional(schema), undefined);

interface Context {
  readonly queryClient: QueryClient;
}

const root = createRootRouteWithContext<Context>()({
  component: Outlet,
  notFoundComponent: PageNotFound,
  errorComponent: UnexpectedError,
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: z.object({ to: orNone(z.string().check(z.startsWith('/'))) }),
  component: lazyRouteComponent(() => import('../features/sign-in/sign-in-page'), 'SignInPage'),
});

/** Everything behind the sign-in. */
const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  component: Shell,
  async beforeLoad({ context, location }) {
    const { data } = await context.queryClient.ensureQueryData(sessionQuery);
    if (data === null) throw redirect({ to: '/sign-in', search: { to: location.href } });
  },
});

const home = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/companies' });
  },
});

const companies = createRoute({
  getParentRoute: () => signedIn,
  path: '/companies',
  component: lazyRouteComponent(
    () => import('../features/companies/companies-page'),
    'CompaniesPage',
  ),
});

const company = createRoute({
  getParentRoute: () => signedIn,
  path: '/companies/$companyId',
  validateSearch: z.object({ tab: orNone(z.string()) }),
  component: lazyRouteComponent(() => import('../features/company/company-page'), 'CompanyPage'),
});

const sync = createRoute({
  getParentRoute: () => signedIn,
  path: '/syncs/$syncId',
  component: lazyRouteComponent(() => import('../features/sync/sync-page'), 'SyncPage'),
});

const organisationConfig = createRoute({
  getParentRoute: () => signedIn,
  path: '/sync-config',
  validateSearch: z.object({ category: orNone(z.string()) }),
  component: lazyRouteComponent(
    () => import('../features/sync-config/organisation-config-page'),
    'OrganisationConfigPage',
  ),
});

const connectionConfig = createRoute({
  getParentRoute: () => signedIn,
  path: '/connections/$connectionId/sync-config',
  component: lazyRouteComponent(
    () => import('../features/sync-config/connection-config-page'),
    'ConnectionConfigPage',
  ),
});

/** What the data browser shows: kept in the address, so that a view can be sent to somebody. */
const recordsSearch = z.object({
  company: orNone(z.coerce.number().check(z.int())),
  sort: orNone(z.string()),
  deleted: orNone(z.boolean()),
  filters: orNone(z.array(z.object({ field: z.string(), op: z.string(), value: z.string() }))),
});

const records = createRoute({
  getParentRoute: () => signedIn,
  path: '/records',
  component: lazyRouteComponent(() => import('../features/records/models-page'), 'ModelsPage'),
});

const recordsOfModel = createRoute({
  getParentRoute: () => signedIn,
  path: '/records/$category/$resource',
  validateSearch: recordsSearch,
  component: lazyRouteComponent(() => import('../features/records/records-page'), 'RecordsPage'),
});

const record = createRoute({
  getParentRoute: () => signedIn,
  path: '/records/$category/$resource/$recordId',
  component: lazyRouteComponent(() => import('../features/records/record-page'), 'RecordPage'),
});

const settings = createRoute({
  getParentRoute: () => signedIn,
  path: '/settings',
  validateSearch: z.object({ tab: orNone(z.string()) }),
  component: lazyRouteComponent(() => import('../features/settings/settings-page'), 'SettingsPage'),
});

const system = createRoute({
  getParentRoute: () => signedIn,
  path: '/system',
  component: lazyRouteComponent(() => import('../features/system/system-page'), 'SystemPage'),
});

const tree = root.addChildren([
  signIn,
  signedIn.addChildren([
    home,
    companies,
    company,
    sync,
    organisationConfig,
    connectionConfig,
    records,
    recordsOfModel,
    record,
    settings,
    system,
  ]),
]);

export function createAppRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { queryClient },
    defaultPreload: 'intent',
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
