import { randomBytes } from 'node:crypto';
import { type APIRequestContext, expect, type Page, type PlaywrightWorkerArgs, test as base } from '@playwright/test';
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
  /** Signs a user up as a client would, and keeps the token. */
  signUp: (username: string) => Promise<{ id: number; token: string }>;
  /** Makes an account as an admin would: no password, no waiting. */
  user: (username: string, names?: { first_name: string; last_name: string }) => Promise<number>;
  /** Any other call of the admin API, below the tenant. */
  call: (method: string, path: string, data?: unknown) => Promise<unknown>;
};

type Fixtures = { tenant: Tenant; makeTenant: (name: string) => Promise<Tenant>; cookies: Cookies };
type WorkerFixtures = {
  signedIn: () => Promise<SignedIn>;
  /** A club with people in each state, for tests that only look. */
  club: Club;
};

type Cookies = Awaited<ReturnType<APIRequestContext['storageState']>>;
type SignedIn = { api: APIRequestContext; cookies: Cookies };

export const test = base.extend<Fixtures, WorkerFixtures>({
  // One sign-in a worker, as tabs of one browser share a session; anew well before it ends, for a whole run can last longer.
  signedIn: [
    async ({ playwright }, use) => {
      let last: SignedIn | undefined;
      let since = 0;
      await use(async () => {
        if (last && Date.now() - since < renewAfter) return last;
        await last?.api.dispose();
        since = Date.now();
        last = await signIn(playwright);
        return last;
      });
      await last?.api.dispose();
    },
    { scope: 'worker' },
  ],
  club: [
    async ({ signedIn }, use) => {
      const { api } = await signedIn();
      await use(await furnish((name, slug) => makeTenant(api, name, slug)));
    },
    { scope: 'worker', timeout: 180_000 },
  ],
  cookies: async ({ signedIn }, use) => use((await signedIn()).cookies),
  storageState: async ({ cookies }, use) => use(cookies),
  makeTenant: async ({ signedIn }, use) => {
    const { api } = await signedIn();
    await use((name) => makeTenant(api, name));
  },
  tenant: async ({ makeTenant }, use) => use(await makeTenant('Acme Sports')),
});

/** An access token lives 15 minutes, and a test may take five of them. */
const renewAfter = 8 * 60_000;

async function signIn({ request }: PlaywrightWorkerArgs['playwright']): Promise<SignedIn> {
  const browserLike = await request.newContext({ baseURL: keyhall });
  await ok(browserLike.post('/admin/v1/auth/session', { data: operator }));
  const cookies = await browserLike.storageState();
  await browserLike.dispose();
  const bare = await request.newContext({ baseURL: keyhall });
  const { access_token } = await (await ok(bare.post('/admin/v1/auth/login', { data: operator }))).json();
  await bare.dispose();
  const api = await request.newContext({ baseURL: keyhall, extraHTTPHeaders: { Authorization: `Bearer ${access_token}` } });
  return { api, cookies };
}

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
    signUp: async (username) => {
      const password = `plum-${unique('orbit')}`;
      const answer = await ok(api.post(`/t/${slug}/v1/sign-up`, { data: { username, email: `${username}@example.com`, password }, headers: { Authorization: '', 'User-Agent': phone } }));
      const { tokens, user } = (await answer.json()) as { tokens: { access_token: string }; user: { id: number } };
      return { id: user.id, token: tokens.access_token };
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
