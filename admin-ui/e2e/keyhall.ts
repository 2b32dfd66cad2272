import { randomBytes } from 'node:crypto';
import { type APIRequestContext, expect, type Page, test as base } from '@playwright/test';
import { type Club, furnish } from './club';
import { keyhall, operator } from './env';

/** A tenant of one test's own, made and filled over the API. */
export type Tenant = {
  slug: string;
  name: string;
  /** Signs a coach up as a client would; a coach waits for approval. Gives the id. */
  coach: (username: string) => Promise<number>;
  /** Signs a user up as a client would, and in as often as told. */
  person: (username: string, signIns: number) => Promise<void>;
  /** Makes an account as an admin would: no password, no waiting. */
  user: (username: string, names?: { first_name: string; last_name: string }) => Promise<number>;
  /** Any other call of the admin API, below the tenant. */
  call: (method: string, path: string, data?: unknown) => Promise<unknown>;
};

type Fixtures = { tenant: Tenant; makeTenant: (name: string) => Promise<Tenant> };
type WorkerFixtures = {
  api: APIRequestContext;
  cookies: Awaited<ReturnType<APIRequestContext['storageState']>>;
  /** A club with people in each state, for tests that only look. */
  club: Club;
};

export const test = base.extend<Fixtures, WorkerFixtures>({
  // One sign-in a worker: pages share its session, as tabs of one browser do.
  api: [
    async ({ playwright }, use) => {
      const bare = await playwright.request.newContext({ baseURL: keyhall });
      const { access_token } = await (await ok(bare.post('/admin/v1/auth/login', { data: operator }))).json();
      await bare.dispose();
      const api = await playwright.request.newContext({ baseURL: keyhall, extraHTTPHeaders: { Authorization: `Bearer ${access_token}` } });
      await use(api);
      await api.dispose();
    },
    { scope: 'worker' },
  ],
  cookies: [
    async ({ playwright }, use) => {
      const browserLike = await playwright.request.newContext({ baseURL: keyhall });
      await ok(browserLike.post('/admin/v1/auth/session', { data: operator }));
      await use(await browserLike.storageState());
      await browserLike.dispose();
    },
    { scope: 'worker' },
  ],
  club: [async ({ api }, use) => use(await furnish((name, slug) => makeTenant(api, name, slug))), { scope: 'worker', timeout: 180_000 }],
  storageState: async ({ cookies }, use) => use(cookies),
  makeTenant: async ({ api }, use) => use((name) => makeTenant(api, name)),
  tenant: async ({ makeTenant }, use) => use(await makeTenant('Acme Sports')),
});

// What a client says it is; the sessions' page makes words of it.
const phone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1';

export { expect };

/** A name that no other run has used on the same Keyhall. */
export function unique(stem: string): string {
  return `${stem}-${randomBytes(4).toString('hex')}`;
}

/** The row of a table that shows a text. */
export function row(page: Page, text: string) {
  return page.getByRole('row').filter({ hasText: text });
}

/** The message that tells what was done, once it is there. */
export function toast(page: Page, text: string | RegExp) {
  return page.locator('.mantine-Notification-root').filter({ hasText: text });
}

/** With the slug asked for, where it is still free. */
async function makeTenant(api: APIRequestContext, name: string, wanted?: string): Promise<Tenant> {
  // Asked for once, not looked at first: two workers may want the same slug at the same moment.
  const got = wanted !== undefined && (await api.post('/admin/v1/tenants', { data: { slug: wanted, name } })).status() === 201;
  const slug = got ? wanted : unique(wanted ?? 'ui');
  if (!got) await ok(api.post('/admin/v1/tenants', { data: { slug, name } }));
  const call = async (method: string, path: string, data?: unknown) => {
    const answer = await ok(api.fetch(`/admin/v1/tenants/${slug}${path}`, { method, data }));
    return answer.status() === 200 || answer.status() === 201 ? answer.json() : undefined;
  };
  const find = async (username: string) => {
    const { data } = (await call('GET', `/users?q=${username}`)) as { data: { id: number; username: string }[] };
    return data.find((user) => user.username === username)?.id ?? 0;
  };
  return {
    slug,
    name,
    call,
    coach: async (username) => {
      const password = `plum-${unique('orbit')}`;
      const data = { username, email: `${username}@example.com`, password1: password, password2: password, userType: 1 };
      await ok(api.post(`/t/${slug}/registration/`, { data, headers: { Authorization: '', 'User-Agent': phone } }));
      return find(username);
    },
    person: async (username, signIns) => {
      const password = `plum-${unique('orbit')}`;
      const headers = { Authorization: '', 'User-Agent': phone };
      await ok(api.post(`/t/${slug}/v1/sign-up`, { data: { username, email: `${username}@example.com`, password }, headers }));
      for (let n = 0; n < signIns; n++) await ok(api.post(`/t/${slug}/v1/sign-in`, { data: { identifier: username, password }, headers }));
    },
    user: async (username, names) => {
      const { id } = (await call('POST', '/users', { username, email: `${username}@example.com`, invite: false, ...names })) as { id: number };
      return id;
    },
  };
}

async function ok<T extends { ok(): boolean; status(): number; url(): string; text(): Promise<string> }>(call: Promise<T>): Promise<T> {
  const answer = await call;
  if (!answer.ok()) throw new Error(`${answer.url()}: ${answer.status()} ${await answer.text()}`);
  return answer;
}
