import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { asApiError } from './api/errors';
import { tenantQuery } from './api/queries';
import { sessionQuery } from './api/session';
import * as search from './lib/search';
import { Frame } from './pages/frame/frame';
import { Broken, Lost } from './pages/frame/outage';
import { TenantRoom } from './pages/frame/tenant-room';

type Context = { queries: QueryClient };

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
  interface HistoryState {
    /** The page before this one in the history is the one before it in the list. */
    paged?: true;
  }
}

// A room's code is fetched when somebody goes there, together with its data.
const rooms = {
  signIn: () => import('./pages/auth/sign-in'),
  invitation: () => import('./pages/auth/invitation'),
  tenants: () => import('./pages/tenants/tenants'),
  overview: () => import('./pages/overview/overview'),
  queues: () => import('./pages/queues/queues'),
  users: () => import('./pages/users/users'),
  user: () => import('./pages/users/user'),
  invitations: () => import('./pages/users/invitations'),
  approvals: () => import('./pages/approvals/approvals'),
  groups: () => import('./pages/groups/groups'),
  deliveries: () => import('./pages/deliveries/deliveries'),
  audit: () => import('./pages/audit/audit'),
  keys: () => import('./pages/keys/keys'),
  webhooks: () => import('./pages/webhooks/webhooks'),
  webhook: () => import('./pages/webhooks/endpoint'),
  messages: () => import('./pages/messages/messages'),
  message: () => import('./pages/messages/message'),
  signInSettings: () => import('./pages/sign-in/sign-in'),
  branding: () => import('./pages/branding/branding'),
  start: () => import('./pages/start/start'),
  account: () => import('./pages/account/account'),
  team: () => import('./pages/team/team'),
  operators: () => import('./pages/team/operators'),
};

const root = createRootRouteWithContext<Context>()({});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: search.signInSearch,
  component: lazyRouteComponent(rooms.signIn, 'SignIn'),
});

const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitation',
  component: lazyRouteComponent(rooms.invitation, 'Invitation'),
});

const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: Frame,
  beforeLoad: async ({ context, location }) => {
    try {
      return { admin: (await context.queries.ensureQueryData(sessionQuery)).admin };
    } catch (error) {
      if (asApiError(error).status !== 401) throw error;
      throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { return: location.href }, replace: true });
    }
  },
});

const home = createRoute({
  getParentRoute: () => inside,
  path: '/',
  beforeLoad: ({ context: { admin } }) => {
    const [only, second] = admin.tenants;
    if (admin.operator || !only || second) throw redirect({ to: '/tenants', replace: true });
    throw redirect({ to: '/tenants/$slug', params: { slug: only.slug }, replace: true });
  },
});

const tenants = createRoute({
  getParentRoute: () => inside,
  path: '/tenants',
  validateSearch: search.tenantsSearch,
  loaderDeps: ({ search }) => search,
  loader: async ({ context, deps }) => (await rooms.tenants()).load(context.queries, deps),
  component: lazyRouteComponent(rooms.tenants, 'Tenants'),
});

const account = createRoute({
  getParentRoute: () => inside,
  path: '/account',
  loader: async ({ context }) => (await rooms.account()).load(context.queries),
  component: lazyRouteComponent(rooms.account, 'Account'),
});

const platformAudit = createRoute({
  getParentRoute: () => inside,
  path: '/audit',
  validateSearch: search.auditSearch,
  loaderDeps: ({ search }) => search,
  loader: async ({ context, deps }) => (await rooms.audit()).loadPlatform(context.queries, deps),
  component: lazyRouteComponent(rooms.audit, 'PlatformAudit'),
});

const platformOverview = createRoute({
  getParentRoute: () => inside,
  path: '/overview',
  validateSearch: search.overviewSearch,
  loaderDeps: ({ search }) => search,
  loader: async ({ context, deps }) => (await rooms.overview()).loadPlatform(context.queries, deps),
  component: lazyRouteComponent(rooms.overview, 'PlatformOverview'),
});

const queues = createRoute({
  getParentRoute: () => inside,
  path: '/queues',
  validateSearch: search.queuesSearch,
  loader: async ({ context }) => (await rooms.queues()).load(context.queries),
  component: lazyRouteComponent(rooms.queues, 'Queues'),
});

const operators = createRoute({
  getParentRoute: () => inside,
  path: '/team',
  validateSearch: search.operatorsSearch,
  loaderDeps: ({ search }) => search,
  loader: async ({ context, deps }) => (await rooms.operators()).load(context.queries, deps),
  component: lazyRouteComponent(rooms.operators, 'Operators'),
});

const tenant = createRoute({
  getParentRoute: () => inside,
  path: '/tenants/$slug',
  loader: ({ context, params }) => context.queries.ensureQueryData(tenantQuery(params.slug)),
  component: TenantRoom,
});

// Where one lands in a tenant, from wherever it is opened. Every role may see it.
const tenantHome = createRoute({
  getParentRoute: () => tenant,
  path: '/',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/tenants/$slug/overview', params, replace: true });
  },
});

const overview = createRoute({
  getParentRoute: () => tenant,
  path: '/overview',
  validateSearch: search.overviewSearch,
  loaderDeps: ({ search }) => search,
  loader: async ({ context, params, deps }) => (await rooms.overview()).load(context.queries, params.slug, deps),
  component: lazyRouteComponent(rooms.overview, 'Overview'),
});

const users = createRoute({
  getParentRoute: () => tenant,
  path: '/users',
  validateSearch: search.usersSearch,
  loaderDeps: ({ search }) => search,
  loader: async ({ context, params, deps }) => (await rooms.users()).load(context.queries, params.slug, deps),
  component: lazyRouteComponent(rooms.users, 'Users'),
});

const user = createRoute({
  getParentRoute: () => tenant,
  path: '/users/$id',
  params: { parse: ({ id }) => ({ id: Number(id) || 0 }), stringify: ({ id }) => ({ id: String(id) }) },
  loader: async ({ context, params }) => (await rooms.user()).load(context.queries, params.slug, params.id),
  component: lazyRouteComponent(rooms.user, 'UserPage'),
});

const approvals = createRoute({
  getParentRoute: () => tenant,
  path: '/approvals',
  validateSearch: search.approvalsSearch,
  loaderDeps: ({ search }) => search,
  loader: async ({ context, params, deps }) => (await rooms.approvals()).load(context.queries, params.slug, deps),
  component: lazyRouteComponent(rooms.approvals, 'Approvals'),
});

const invitations = createRoute({
  getParentRoute: () => tenant,
  path: '/invitations',
  validateSearch: search.invitationsSearch,
  loaderDeps: ({ search }) => search,
  loader: async ({ context, params, deps }) => (await rooms.invitations()).load(context.queries, params.slug, deps),
  component: lazyRouteComponent(rooms.invitations, 'Invitations'),
});

const groups = createRoute({
  getParentRoute: () => tenant,
  path: '/groups',
  validateSearch: search.groupsSearch,
  loaderDeps: ({ search }) => search,
  loader: async ({ context, params, deps }) => (await rooms.groups()).load(context.queries, params.slug, deps),
  component: lazyRouteComponent(rooms.groups, 'Groups'),
});

const deliveries = createRoute({
  getParentRoute: () => tenant,
  path: '/deliveries',
  validateSearch: search.deliveriesSearch,
  loaderDeps: ({ search }) => search,
  loader: async ({ context, params, deps }) => (await rooms.deliveries()).load(context.queries, params.slug, deps),
  component: lazyRouteComponent(rooms.deliveries, 'Deliveries'),
});

const audit = createRoute({
  getParentRoute: () => tenant,
  path: '/audit',
  validateSearch: search.auditSearch,
  loaderDeps: ({ search }) => search,
  loader: async ({ context, params, deps }) => (await rooms.audit()).load(context.queries, params.slug, deps),
  component: lazyRouteComponent(rooms.audit, 'Audit'),
});

const keys = createRoute({
  getParentRoute: () => tenant,
  path: '/keys',
  validateSearch: search.keysSearch,
  loader: async ({ context, params }) => (await rooms.keys()).load(context.queries, params.slug),
  component: lazyRouteComponent(rooms.keys, 'Keys'),
});

const webhooks = createRoute({
  getParentRoute: () => tenant,
  path: '/webhooks',
  validateSearch: search.webhooksSearch,
  loader: async ({ context, params }) => (await rooms.webhooks()).load(context.queries, params.slug),
  component: lazyRouteComponent(rooms.webhooks, 'Webhooks'),
});

const webhook = createRoute({
  getParentRoute: () => tenant,
  path: '/webhooks/$id',
  validateSearch: search.webhookSearch,
  loaderDeps: ({ search }) => search,
  loader: async ({ context, params, deps }) => (await rooms.webhook()).load(context.queries, params, deps),
  component: lazyRouteComponent(rooms.webhook, 'Endpoint'),
});

const messages = createRoute({
  getParentRoute: () => tenant,
  path: '/messages',
  loader: async ({ context, params }) => (await rooms.messages()).load(context.queries, params.slug),
  component: lazyRouteComponent(rooms.messages, 'Messages'),
});

const message = createRoute({
  getParentRoute: () => tenant,
  path: '/messages/$channel/$kind/$locale',
  loader: async ({ context, params }) => (await rooms.message()).load(context.queries, params),
  component: lazyRouteComponent(rooms.message, 'MessagePage'),
});

const signInSettings = createRoute({
  getParentRoute: () => tenant,
  path: '/sign-in',
  validateSearch: search.settingsSearch,
  loader: async ({ context, params }) => (await rooms.signInSettings()).load(context.queries, params.slug),
  component: lazyRouteComponent(rooms.signInSettings, 'SignInSettings'),
});

const branding = createRoute({
  getParentRoute: () => tenant,
  path: '/branding',
  loader: async ({ context, params }) => (await rooms.branding()).load(context.queries, params.slug),
  component: lazyRouteComponent(rooms.branding, 'Branding'),
});

const start = createRoute({
  getParentRoute: () => tenant,
  path: '/start',
  loader: async ({ context, params }) => (await rooms.start()).load(context.queries, params.slug),
  component: lazyRouteComponent(rooms.start, 'Start'),
});

const team = createRoute({
  getParentRoute: () => tenant,
  path: '/team',
  validateSearch: search.teamSearch,
  loader: async ({ context, params }) => (await rooms.team()).load(context.queries, params.slug),
  component: lazyRouteComponent(rooms.team, 'Team'),
});

const lost = createRoute({ getParentRoute: () => inside, path: '$', component: Lost });

const tree = root.addChildren([
  signIn,
  invitation,
  inside.addChildren([
    home,
    tenants,
    account,
    platformOverview,
    platformAudit,
    queues,
    operators,
    tenant.addChildren([tenantHome, overview, users, user, approvals, invitations, groups, deliveries, audit, keys, webhooks, webhook, messages, message, signInSettings, branding, start, team]),
    lost,
  ]),
]);

export function makeRouter(queries: QueryClient) {
  return createRouter({
    routeTree: tree,
    basepath: '/admin',
    context: { queries },
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0, // the query cache decides what is fresh
    scrollRestoration: true,
    defaultErrorComponent: Broken,
    defaultNotFoundComponent: Lost,
  });
}
