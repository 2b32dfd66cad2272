import { createHmac } from 'node:crypto';
import type { Page } from '@playwright/test';
import { keyhall } from './env';
import { expect, type Tenant, test, toast } from './keyhall';
import { device, verified } from './passkeys';
import { staff } from './staff';

const password = 'plum-orbit-candle-9';
const emailOf = (tenant: Tenant) => `viewer.${tenant.slug}@example.com`;

test('a second factor is set up, asked for, and removed with proof of both', async ({ browser, request, tenant }) => {
  const page = await staff(browser, request, tenant, 'viewer');
  await page.goto('account');
  await page.getByRole('button', { name: 'Set up an app' }).click();
  let dialog = page.getByRole('dialog', { name: 'Set up an app' });
  await dialog.getByLabel('Current password').fill('wrong');
  await dialog.getByRole('button', { name: 'Next' }).click();
  await expect(dialog.getByLabel('Current password')).toHaveAttribute('aria-invalid', 'true');
  await dialog.getByLabel('Current password').fill(password);
  await dialog.getByRole('button', { name: 'Next' }).click();
  await expect(dialog.getByRole('img', { name: 'QR code for the authenticator app' })).toBeVisible();
  const secret = (await dialog.locator('code').textContent()) ?? '';
  await dialog.getByRole('textbox', { name: 'Code', exact: true }).fill('12 34');
  await dialog.getByRole('button', { name: 'Turn it on' }).click();
  await expect(dialog.getByRole('textbox', { name: 'Code', exact: true })).toHaveAttribute('aria-invalid', 'true');
  await dialog.getByRole('textbox', { name: 'Code', exact: true }).fill(codeOf(secret, 0));
  await dialog.getByRole('button', { name: 'Turn it on' }).click();

  dialog = page.getByRole('dialog', { name: 'Recovery codes' });
  const codes = ((await dialog.getByRole('group', { name: 'Recovery codes' }).textContent()) ?? '').split('\n');
  expect(codes).toHaveLength(10);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeVisible();
  await dialog.getByRole('button', { name: 'I have stored them' }).click();
  await expect(page.getByText('10 recovery codes are left.')).toBeVisible();
  await expect(page.locator('body')).not.toContainText(codes[0] ?? '');

  await signOut(page);
  await signIn(page, emailOf(tenant), password);
  await expect(page.getByRole('heading', { name: 'One more step' })).toBeVisible();
  await page.getByRole('textbox', { name: 'Code', exact: true }).fill('000 000');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByRole('textbox', { name: 'Code', exact: true })).toHaveAttribute('aria-invalid', 'true');
  await page.getByRole('textbox', { name: 'Code', exact: true }).fill(codeOf(secret, 1));
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();

  await page.goto('account');
  await page.getByRole('button', { name: 'Remove…' }).click();
  dialog = page.getByRole('dialog', { name: 'Remove the second factor?' });
  await dialog.getByLabel('Current password').fill(password);
  await dialog.getByRole('textbox', { name: 'Code', exact: true }).fill(' - ');
  await dialog.getByRole('button', { name: 'Remove' }).click();
  await expect(dialog.getByRole('textbox', { name: 'Code', exact: true })).toHaveAttribute('aria-invalid', 'true');
  await dialog.getByRole('textbox', { name: 'Code', exact: true }).fill(codes[0] ?? '');
  await dialog.getByRole('button', { name: 'Remove' }).click();
  await expect(toast(page, 'The second factor is removed.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Set up an app' })).toBeVisible();
  await page.context().close();
});

test('without the phone: a recovery code gets in once, and new ones are made', async ({ browser, request, tenant }) => {
  const page = await staff(browser, request, tenant, 'viewer');
  const codes = await enrol(page);
  await signOut(page);
  for (const used of [false, true]) {
    await signIn(page, emailOf(tenant), password);
    await expect(page.getByText('Lost your phone?')).toBeVisible();
    await page.getByRole('textbox', { name: 'Code', exact: true }).fill((used ? codes[1] : codes[0]) ?? '');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
    await signOut(page);
  }
  await signIn(page, emailOf(tenant), password);
  await page.getByRole('textbox', { name: 'Code', exact: true }).fill(codes[0] ?? '');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByText('it was used before')).toBeVisible();
  await page.getByRole('textbox', { name: 'Code', exact: true }).fill(codes[2] ?? '');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();

  await page.goto('account');
  await expect(page.getByText('7 recovery codes are left.')).toBeVisible();
  await page.getByRole('button', { name: 'New recovery codes…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Make new recovery codes?' });
  await dialog.getByLabel('Current password').fill(password);
  await dialog.getByRole('textbox', { name: 'Code', exact: true }).fill(codes[3] ?? '');
  await dialog.getByRole('button', { name: 'Make ten new codes' }).click();
  const shown = page.getByRole('dialog', { name: 'Recovery codes' });
  const [file] = await Promise.all([page.waitForEvent('download'), shown.getByRole('button', { name: 'Download' }).click()]);
  expect(file.suggestedFilename()).toBe('keyhall-recovery-codes.txt');
  await shown.getByRole('button', { name: 'I have stored them' }).click();
  await expect(page.getByText('10 recovery codes are left.')).toBeVisible();
  await page.context().close();
});

test('the password is changed, and what is wrong with one is told at its field', async ({ browser, request, tenant }) => {
  const page = await staff(browser, request, tenant, 'viewer');
  await page.goto('account');
  const form = page.getByRole('region', { name: 'Password' });
  await form.getByLabel('Current password').fill('wrong');
  await form.getByLabel('New password').fill('harbour-tulip-lantern-7');
  await form.getByRole('button', { name: 'Change the password' }).click();
  await expect(form.getByLabel('Current password')).toHaveAttribute('aria-invalid', 'true');
  await form.getByLabel('Current password').fill(password);
  await form.getByLabel('New password').fill('short');
  await form.getByRole('button', { name: 'Change the password' }).click();
  await expect(form.getByLabel('New password')).toHaveAttribute('aria-invalid', 'true');
  await form.getByLabel('New password').fill('harbour-tulip-lantern-7');
  await form.getByRole('button', { name: 'Change the password' }).click();
  await expect(toast(page, 'The password is changed.')).toBeVisible();
  await expect(form.getByLabel('New password')).toHaveValue('');
  await signOut(page);
  await signIn(page, emailOf(tenant), 'harbour-tulip-lantern-7');
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
  await page.context().close();
});

test('one session is ended, then all others, and not the one that asks', async ({ browser, request, tenant }) => {
  const page = await staff(browser, request, tenant, 'viewer');
  const tokens: string[] = [];
  for (let i = 0; i < 3; i++) {
    const answer = await request.post(`${keyhall}/admin/v1/auth/login`, { data: { email: emailOf(tenant), password }, headers: { 'User-Agent': 'backup-script/1' } });
    tokens.push(((await answer.json()) as { access_token: string }).access_token);
  }
  const alive = async () => Promise.all(tokens.map(async (token) => (await request.get(`${keyhall}/admin/v1/me`, { headers: { Authorization: `Bearer ${token}` } })).status()));
  await page.goto('account');
  const list = page.getByRole('region', { name: 'Sessions' });
  const here = list.getByRole('listitem').filter({ hasText: 'This browser' });
  await expect(here).toHaveCount(1);
  await expect(here.getByRole('button')).toHaveCount(0);
  const before = await list.getByRole('listitem').count();
  await list.getByRole('listitem').filter({ hasText: 'backup-script' }).first().getByRole('button', { name: 'End' }).click();
  await expect(toast(page, 'The session has ended.')).toBeVisible();
  await expect(list.getByRole('listitem')).toHaveCount(before - 1);
  expect((await alive()).filter((status) => status === 401)).toHaveLength(1);
  await list.getByRole('button', { name: 'End all others' }).click();
  await page.getByRole('dialog', { name: 'Sign out everywhere else?' }).getByRole('button', { name: 'End all others' }).click();
  await expect(list.getByRole('listitem')).toHaveCount(1);
  expect(await alive()).toEqual([401, 401, 401]);
  await expect(list.getByRole('button', { name: 'End all others' })).toHaveAttribute('aria-disabled', 'true');
  await page.context().close();
});

test('is reached from the menu and the palette, on a phone too', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto('tenants');
  await page.getByRole('button', { name: 'Open the menu' }).click();
  await page.getByRole('button', { name: /Operator/ }).click();
  await page.getByRole('menuitem', { name: 'My account' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'My account' })).toBeVisible();
  await page.goto('tenants');
  await expect(page.getByRole('heading', { level: 1, name: 'Tenants' })).toBeVisible();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('my acc');
  await page.getByRole('option', { name: 'My account' }).click();
  await expect(page).toHaveURL(/\/admin\/account$/);
});

test('a server that is down is told, part by part', async ({ page }) => {
  await page.route('**/admin/v1/me/**', (route) => route.fulfill({ status: 500, body: '' }));
  await page.goto('account');
  await expect(page.getByRole('alert')).toHaveCount(3);
  await page.unrouteAll();
  await page.getByRole('region', { name: 'Second factor' }).getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('button', { name: 'Set up an app' })).toBeVisible();
});

async function enrol(page: Page): Promise<string[]> {
  await page.goto('account');
  await page.getByRole('button', { name: 'Set up an app' }).click();
  const dialog = page.getByRole('dialog', { name: 'Set up an app' });
  await dialog.getByLabel('Current password').fill(password);
  await dialog.getByRole('button', { name: 'Next' }).click();
  await dialog.getByRole('textbox', { name: 'Code', exact: true }).fill(codeOf((await dialog.locator('code').textContent()) ?? '', 0));
  await dialog.getByRole('button', { name: 'Turn it on' }).click();
  const shown = page.getByRole('dialog', { name: 'Recovery codes' });
  const codes = ((await shown.getByRole('group', { name: 'Recovery codes' }).textContent()) ?? '').split('\n');
  await shown.getByRole('button', { name: 'I have stored them' }).click();
  await expect(shown).toBeHidden();
  return codes;
}

async function signOut(page: Page) {
  await page.getByRole('button', { name: /Tenant admin/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
}

async function signIn(page: Page, email: string, secret: string) {
  await page.goto('sign-in');
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(secret);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** What an app shows now, or some steps of 30 seconds later (RFC 6238). */
function codeOf(secret: string, later: number): string {
  const bits = [...secret].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later));
  const mac = createHmac('sha1', key).update(step).digest();
  const at = (mac.at(-1) ?? 0) & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

// Passkeys belong to a domain name, and a number is none: the same server by its other name.
const named = keyhall.replace('127.0.0.1', 'localhost');

test('a passkey is added, gets one in beside the password and without it, and is removed', async ({ browser, request, tenant }) => {
  await (await staff(browser, request, tenant, 'viewer')).context().close();
  const context = await browser.newContext({ baseURL: `${named}/admin/`, storageState: { cookies: [], origins: [] } });
  const page = await context.newPage();
  const phone = await device(page);
  await signIn(page, emailOf(tenant), password);
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
  await page.goto('account');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  let dialog = page.getByRole('dialog', { name: 'Add a passkey' });
  await dialog.getByLabel('Name').fill('Work laptop');
  await dialog.getByLabel('Current password').fill('wrong');
  await dialog.getByRole('button', { name: 'Next' }).click();
  await expect(dialog.getByLabel('Current password')).toHaveAttribute('aria-invalid', 'true');
  await dialog.getByLabel('Current password').fill(password);
  await dialog.getByRole('button', { name: 'Next' }).click();
  dialog = page.getByRole('dialog', { name: 'Recovery codes' });
  expect(((await dialog.getByRole('group', { name: 'Recovery codes' }).textContent()) ?? '').split('\n')).toHaveLength(10);
  await dialog.getByRole('button', { name: 'I have stored them' }).click();
  await expect(page.getByText('10 recovery codes are left.')).toBeVisible();

  const list = page.getByRole('region', { name: 'Passkeys' });
  await expect(list.getByRole('listitem')).toContainText('not used yet');
  await list.getByRole('button', { name: 'Rename Work laptop' }).click();
  dialog = page.getByRole('dialog', { name: 'Rename Work laptop' });
  await dialog.getByLabel('Name').fill('Old laptop');
  await dialog.getByRole('button', { name: 'Rename' }).click();
  await expect(list.getByText('Old laptop')).toBeVisible();

  // The same device does not keep a second one.
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  dialog = page.getByRole('dialog', { name: 'Add a passkey' });
  await dialog.getByLabel('Name').fill('Again');
  await dialog.getByLabel('Current password').fill(password);
  await dialog.getByRole('button', { name: 'Next' }).click();
  await expect(dialog.getByText('This device has a passkey for this account already.')).toBeVisible();
  await page.keyboard.press('Escape');

  await signOut(page);
  await signIn(page, emailOf(tenant), password);
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
  await signOut(page);
  await page.goto('sign-in');
  await verified(phone, false);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page.getByText('Your browser gave no passkey.')).toBeVisible();
  await verified(phone, true);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();

  await page.goto('account');
  await page.getByRole('button', { name: 'Remove Old laptop…' }).click();
  dialog = page.getByRole('dialog', { name: 'Remove Old laptop?' });
  await expect(dialog).toContainText('Your password alone opens this account from then on.');
  await dialog.getByLabel('Current password').fill(password);
  await dialog.getByRole('button', { name: 'Prove it with a passkey' }).click();
  await expect(toast(page, 'Old laptop is removed.')).toBeVisible();
  await expect(list.getByRole('listitem')).toHaveCount(0);
  await signOut(page);
  await page.goto('sign-in');
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page.getByText('This passkey was not accepted')).toBeVisible();
  await context.close();
});

test('at an address that passkeys are not made for, that is told', async ({ page }) => {
  await device(page);
  await page.context().clearCookies();
  await page.goto('sign-in');
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page.getByText('Passkeys work at the address that this server is known by')).toBeVisible();
});

test('where a tenant demands a second factor, only the own account is open until there is one', async ({ browser, request, tenant }) => {
  const owner = await staff(browser, request, tenant, 'owner');
  await owner.goto(`tenants/${tenant.slug}/sign-in`);
  await owner.getByRole('switch', { name: 'Demand a second factor of admins' }).click();
  await owner.getByRole('button', { name: 'Save' }).click();
  await expect(owner.getByRole('heading', { level: 1, name: 'My account' })).toBeVisible();
  await expect(owner.getByText('Set up a second factor to go on')).toBeVisible();
  await owner.goto(`tenants/${tenant.slug}/users`);
  await expect(owner.getByRole('heading', { level: 1, name: 'My account' })).toBeVisible();
  await enrol(owner);
  await expect(owner.getByText('Set up a second factor to go on')).toBeHidden();
  await owner.goto(`tenants/${tenant.slug}/users`);
  await expect(owner.getByRole('heading', { level: 1, name: 'Users' })).toBeVisible();
  await owner.context().close();
});

test('an operator cannot demand of others what he does not do himself', async ({ page }) => {
  await page.goto('account');
  const panel = page.getByRole('region', { name: 'All operators' });
  await expect(panel.getByRole('switch', { name: 'Demand a second factor of every operator' })).toBeDisabled();
  await expect(panel).toContainText('Set up your own first.');
});
