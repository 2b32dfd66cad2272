import type { APIRequestContext, Page } from '@playwright/test';
import { keyhall } from './env';
import { expect, test, toast, unique } from './keyhall';
import { staff } from './staff';

const bar = (page: Page) => page.getByRole('region', { name: 'Changes not saved yet' });

test('settings are changed together, shown as a diff, and hold at once', async ({ page, tenant, request }) => {
  await page.goto(`tenants/${tenant.slug}/sign-in`);
  await expect(bar(page)).toHaveCount(0);
  await page.getByRole('switch', { name: 'Anyone may sign up' }).click();
  await expect(bar(page)).toContainText('Anyone may sign up: on → off');
  await expect(bar(page)).toContainText('Nobody can sign up any more');
  await page.getByRole('switch', { name: 'Anyone may sign up' }).click();
  await expect(bar(page)).toHaveCount(0);

  await page.getByLabel('Shortest length').fill('12');
  await page.getByRole('tab', { name: 'Contracts' }).click();
  await page.getByRole('switch', { name: 'Serve FitTrackee' }).click();
  await expect(page.getByLabel('Time zone of new accounts')).toHaveCount(0);
  await page.getByRole('tab', { name: 'Lifetimes' }).click();
  await page.getByRole('textbox', { name: 'Access tokens', exact: true }).fill('20');
  await expect(bar(page)).toContainText('Access tokens: 15 minutes → 20 minutes');
  await expect(bar(page)).toContainText('Clients that speak it are refused');
  await page.getByRole('button', { name: 'Save 3 changes' }).click();
  await expect(toast(page, 'The settings are saved.')).toBeVisible();
  await expect(bar(page)).toHaveCount(0);

  const settings = (await tenant.call('GET', '/settings')) as { password: { min_length: number }; lifetimes: { access_seconds: number } };
  expect([settings.password.min_length, settings.lifetimes.access_seconds]).toEqual([12, 1200]);
  const refused = await request.post(`${keyhall}/t/${tenant.slug}/api/auth/login`, { data: { email: 'a@b.example', password: 'x' } });
  expect(refused.status()).toBe(404);
});

test('what the server refuses stands at the field, on whichever tab', async ({ page, tenant }) => {
  await page.goto(`tenants/${tenant.slug}/sign-in?tab=addresses`);
  await page.getByLabel('Choose a new password').fill('https://app.example.com/reset');
  await page.getByRole('tab', { name: 'Accounts' }).click();
  await page.getByRole('button', { name: 'Save 1 change' }).click();
  const field = page.getByLabel('Choose a new password');
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await expect(field).toBeFocused();
  await expect(page.getByRole('tab', { name: /Addresses/ })).toHaveAttribute('aria-selected', 'true');
  await field.fill('https://app.example.com/reset/{uid}/{token}');
  await page.getByRole('button', { name: 'Save 1 change' }).click();
  await expect(toast(page, 'The settings are saved.')).toBeVisible();
});

test('an origin is taken from any address, and may call', async ({ page, tenant, request }) => {
  await page.goto(`tenants/${tenant.slug}/sign-in?tab=addresses`);
  const origins = page.getByRole('combobox', { name: 'Allowed origins' });
  await origins.fill('https://App.Example.com/some/page?x=1');
  await origins.press('Enter');
  await expect(bar(page)).toContainText('https://app.example.com');
  await page.getByRole('button', { name: 'Save 1 change' }).click();
  await expect(toast(page, 'The settings are saved.')).toBeVisible();
  const answer = await request.fetch(`${keyhall}/t/${tenant.slug}/v1/sign-in`, { method: 'OPTIONS', headers: { Origin: 'https://app.example.com', 'Access-Control-Request-Method': 'POST' } });
  expect(answer.headers()['access-control-allow-origin']).toBe('https://app.example.com');
});

test('a mail server of our own is set, its password never shown, and a test is sent', async ({ page, tenant, request }) => {
  await page.goto(`tenants/${tenant.slug}/sign-in?tab=sending`);
  const to = `${unique('ops')}@example.com`;
  await page.getByRole('button', { name: 'Send a test…' }).click();
  await page.getByRole('dialog').getByLabel('E-mail address').fill(to);
  await page.getByRole('dialog').getByRole('button', { name: 'Send' }).click();
  await expect(toast(page, `A test to ${to}`)).toBeVisible();
  await expect.poll(() => mails(request, to)).toBe(1);

  await page.getByRole('switch', { name: 'Use a mail server of our own' }).click();
  await page.getByRole('button', { name: 'Save 2 changes' }).click();
  await expect(page.getByLabel('Host')).toHaveAttribute('aria-invalid', 'true');
  await page.getByLabel('Host').fill('smtp.example.com');
  await page.getByLabel('Password', { exact: true }).fill('plum-orbit-candle-9');
  await expect(bar(page)).toContainText('Password: – → ••••••');
  await page.getByRole('button', { name: 'Send a test…' }).hover();
  await expect(page.getByRole('tooltip')).toContainText('Save your changes first');
  await bar(page).getByRole('button', { name: /^Save/ }).click();
  await expect(toast(page, 'The settings are saved.')).toBeVisible();
  await page.reload();
  await expect(page.getByLabel('Host')).toHaveValue('smtp.example.com');
  await expect(page.getByLabel('Password', { exact: true })).toHaveValue('');
  await page.getByRole('switch', { name: 'Use a mail server of our own' }).click();
  await bar(page).getByRole('button', { name: 'Save 1 change' }).click();
  await expect(toast(page, 'The settings are saved.')).toBeVisible();
  expect(((await tenant.call('GET', '/settings')) as { smtp: unknown }).smtp).toBeNull();
});

test('a provider of text messages asks for what it needs, and a text message is tried', async ({ page, tenant }) => {
  await page.goto(`tenants/${tenant.slug}/sign-in?tab=sending`);
  await page.getByRole('button', { name: 'Send a text message…' }).click();
  await page.getByRole('dialog').getByLabel('Mobile number').fill('+441632960124');
  await page.getByRole('dialog').getByRole('button', { name: 'Send' }).click();
  await expect(toast(page, 'A test to +441632960124')).toBeVisible();
  await page.getByRole('combobox', { name: 'Provider' }).click();
  await page.getByRole('option', { name: 'Twilio' }).click();
  await page.getByRole('textbox', { name: 'Account' }).fill('AC123');
  await page.getByLabel('Sender').fill('Acme');
  await bar(page).getByRole('button', { name: /^Save/ }).click();
  await expect(page.getByLabel('Secret')).toHaveAttribute('aria-invalid', 'true');
  await page.getByLabel('Secret').fill('a-token');
  await bar(page).getByRole('button', { name: /^Save/ }).click();
  await expect(toast(page, 'The settings are saved.')).toBeVisible();
});

test('changes are not lost unasked, a lesser role and a server that is down are told', async ({ browser, page, request, tenant }) => {
  await page.goto(`tenants/${tenant.slug}/sign-in`);
  await page.getByLabel('Shortest length').fill('10');
  await page.getByRole('link', { name: 'Groups' }).click();
  await page.getByRole('dialog', { name: 'Leave without saving?' }).getByRole('button', { name: 'Stay' }).click();
  await page.route('**/settings', (route) => route.abort());
  await page.getByRole('button', { name: 'Save 1 change' }).click();
  await expect(bar(page).getByRole('alert')).toContainText('cannot be reached');
  await page.unrouteAll();
  await page.getByRole('button', { name: 'Save 1 change' }).click();
  await expect(toast(page, 'The settings are saved.')).toBeVisible();

  const viewer = await staff(browser, request, tenant, 'viewer');
  await viewer.goto(`tenants/${tenant.slug}/sign-in`);
  await expect(viewer.getByText('Not part of your role')).toBeVisible();
  await viewer.context().close();
});

async function mails(request: APIRequestContext, to: string): Promise<number> {
  return ((await (await request.get(`${keyhall}/dev/messages`, { params: { to } })).json()) as unknown[]).length;
}

test('a session that ends over unsaved changes says so, and they are saved with a new one', async ({ page, tenant, context }) => {
  await page.goto(`tenants/${tenant.slug}/sign-in`);
  const length = page.getByRole('textbox', { name: 'Shortest length' });
  await length.fill('14');
  const mine = await context.cookies();
  await context.clearCookies();
  await page.getByRole('button', { name: 'Save 1 change' }).click();
  const ended = page.getByRole('dialog', { name: 'Your session has ended' });
  await expect(ended.getByRole('link', { name: 'Sign in in a new tab' })).toHaveAttribute('href', '/admin/sign-in');
  const [tab] = await Promise.all([context.waitForEvent('page'), ended.getByRole('link', { name: 'Sign in in a new tab' }).click()]);
  await expect(tab.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await context.addCookies(mine);
  await tab.close();
  await expect(length).toHaveValue('14');
  await page.getByRole('button', { name: 'Save 1 change' }).click();
  await expect(toast(page, 'The settings are saved.')).toBeVisible();
});
