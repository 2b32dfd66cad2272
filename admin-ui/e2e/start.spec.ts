import type { Page } from '@playwright/test';
import { keyhall } from './env';
import { expect, test, unique } from './keyhall';
import { staff } from './staff';

const step = (page: Page, title: string) => page.getByRole('listitem').filter({ has: page.getByRole('button', { name: title }) });
const isDone = (page: Page, title: string) => expect(step(page, title).getByRole('img', { name: 'Done', exact: true })).toBeVisible();

test('each step sees by itself when it is done, and the lines that are shown work', async ({ page, tenant, request }) => {
  await page.goto(`tenants/${tenant.slug}/start`);
  await expect(page.getByText('0 of 4 steps done').first()).toBeVisible();
  const line = (await step(page, 'First sign-up').getByLabel('Request with curl', { exact: true }).textContent()) ?? '';
  await run(request, line.replace('mia@example.com', `${unique('mia')}@example.com`));
  await isDone(page, 'First sign-up');

  // A sign-up causes a mail, so that step may be done by the time one looks.
  await page.getByRole('button', { name: 'Mail delivered' }).click();
  await page.getByRole('button', { name: /^Send a test to/ }).click();
  await isDone(page, 'Mail delivered');

  await tenant.call('PATCH', '/settings', { origins: ['https://app.example.com'] });
  await isDone(page, 'Web page allowed');
  await expect(step(page, 'Web page allowed')).toContainText('https://app.example.com');

  await page.getByRole('button', { name: 'Make a secret key and fill it in' }).click();
  const call = step(page, 'Call from your server').getByLabel('Request with curl', { exact: true });
  await expect(call).toContainText(/Bearer sk_[\w-]/);
  await run(request, (await call.textContent()) ?? '');
  await isDone(page, 'Call from your server');
  await expect(page.getByText('Everything works.')).toBeVisible();
  await page.reload();
  await expect(page.getByText('Everything works.')).toBeVisible();
  await expect(page.locator('body')).not.toContainText(/sk_[\w-]{10}/);
});

test('an old client changes one line, and its contract may have to be switched on', async ({ page, tenant, request }) => {
  await tenant.call('PATCH', '/settings', { contracts: { fittrackee: { enabled: false } } });
  await page.goto(`tenants/${tenant.slug}/start`);
  await expect(page.getByLabel('New line', { exact: true })).toHaveText(`const API_URL = '${keyhall}/t/${tenant.slug}';`);
  for (const [tab, path] of [['django-rest-auth', '/rest-auth/login/'], ['simplejwt', '/api/token/obtain/'], ['drf-user', '/login/']] as const) {
    await page.getByRole('tab', { name: tab }).click();
    const line = (await page.getByRole('tabpanel').getByLabel('Request with curl', { exact: true }).textContent()) ?? '';
    expect(line).toContain(`${keyhall}/t/${tenant.slug}${path}`);
    expect((await send(request, line)).status()).not.toBe(404);
  }
  await page.getByRole('tab', { name: 'FitTrackee' }).click();
  await expect(page.getByText('This contract is switched off.')).toBeVisible();
  await page.getByRole('link', { name: 'Switch it on' }).click();
  await expect(page.getByRole('tab', { name: 'Contracts' })).toHaveAttribute('aria-selected', 'true');
});

test('a mail that failed leads to why, a lesser role and a server that is down are told', async ({ browser, page, request, tenant }) => {
  await page.route('**/deliveries?*', async (route) => {
    const failed = new URL(route.request().url()).searchParams.get('state') === 'failed';
    await route.fulfill({ json: { data: failed ? [{ id: '1', to: 'mia@example.com' }] : [], next_cursor: null } });
  });
  await page.goto(`tenants/${tenant.slug}/start`);
  await expect(page.getByRole('link', { name: 'A mail to mia@example.com failed: look why' })).toBeVisible();
  await page.unrouteAll();

  await page.route('**/overview', (route) => route.fulfill({ status: 500, body: '' }));
  await page.goto(`tenants/${tenant.slug}/start`);
  await expect(page.getByRole('alert')).toContainText('Something went wrong');
  await page.unrouteAll();
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByText('0 of 4 steps done').first()).toBeVisible();

  const viewer = await staff(browser, request, tenant, 'viewer');
  await viewer.goto(`tenants/${tenant.slug}/start`);
  await expect(viewer.getByText('Not part of your role')).toBeVisible();
  await viewer.context().close();
});

type Sender = Parameters<typeof staff>[1];

/** Does what a line of curl says. */
async function send(request: Sender, line: string) {
  const [, url = ''] = /^curl (\S+)/.exec(line) ?? [];
  const headers = Object.fromEntries([...line.matchAll(/-H '([^:]+): ([^']*)'/g)].map(([, name, value]) => [name ?? '', value ?? '']));
  const [, data] = /-d '([^']*)'/.exec(line) ?? [];
  return request.fetch(url, { method: data === undefined ? 'GET' : 'POST', headers, data });
}

async function run(request: Sender, line: string) {
  const answer = await send(request, line);
  expect(answer.ok(), `${line}: ${answer.status()} ${await answer.text()}`).toBe(true);
}
