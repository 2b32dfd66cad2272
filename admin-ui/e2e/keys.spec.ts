import { expect, row, test, toast, unique } from './keyhall';
import { staff } from './staff';
import { keyhall } from './env';

test('a key is shown once, works, is replaced, and dies when it is deleted', async ({ page, tenant, request }) => {
  const users = (key: string) => request.get(`${keyhall}/admin/v1/tenants/${tenant.slug}/users`, { headers: { Authorization: `Bearer ${key}` } });
  await page.goto(`tenants/${tenant.slug}/keys`);
  await expect(page.getByText('No keys yet')).toBeVisible();
  await page.getByRole('button', { name: 'New key' }).click();
  let dialog = page.getByRole('dialog', { name: 'A new key' });
  await dialog.getByLabel('Name').fill('Nightly import');
  await dialog.getByRole('button', { name: 'New key' }).click();

  dialog = page.getByRole('dialog', { name: 'Nightly import' });
  const first = (await dialog.getByLabel('Key', { exact: true }).textContent()) ?? '';
  expect(first).toMatch(/^sk_/);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeVisible();
  await dialog.getByRole('button', { name: 'I have stored it' }).click();
  await expect(row(page, 'Nightly import')).toContainText('Never');
  await expect(page.locator('body')).not.toContainText(first);
  expect((await users(first)).status()).toBe(200);

  await page.getByRole('button', { name: 'Actions for Nightly import' }).click();
  await page.getByRole('menuitem', { name: 'Replace…' }).click();
  dialog = page.getByRole('dialog', { name: 'Replace Nightly import' });
  await expect(dialog).toContainText('goes on working');
  await dialog.getByRole('button', { name: 'New key' }).click();
  dialog = page.getByRole('dialog', { name: 'Nightly import' });
  const second = (await dialog.getByLabel('Key', { exact: true }).textContent()) ?? '';
  await dialog.getByRole('button', { name: 'I have stored it' }).click();
  await expect(row(page, 'Nightly import')).toHaveCount(2);
  expect((await users(second)).status()).toBe(200);
  await page.reload();

  const old = row(page, first.slice(-4));
  await expect(old).not.toContainText('Never');
  await old.getByRole('button', { name: 'Actions for Nightly import' }).click();
  await page.getByRole('menuitem', { name: 'Delete…' }).click();
  await expect(page.getByRole('dialog')).toContainText('are refused from their next request on. This cannot be undone. It was last used');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(toast(page, 'does not work any more')).toBeVisible();
  await expect(row(page, 'Nightly import')).toHaveCount(1);
  expect((await users(first)).status()).toBe(401);
});

test('a name that the server refuses is told at the field', async ({ page, tenant }) => {
  await page.goto(`tenants/${tenant.slug}/keys?make=key`);
  const dialog = page.getByRole('dialog', { name: 'A new key' });
  await dialog.getByText('Publishable', { exact: true }).click();
  await dialog.getByLabel('Name').fill('   ');
  await dialog.getByRole('button', { name: 'New key' }).click();
  await expect(dialog.getByLabel('Name')).toHaveAttribute('aria-invalid', 'true');
  await dialog.getByLabel('Name').fill('Web');
  await dialog.getByRole('button', { name: 'New key' }).click();
  await expect(page.getByRole('dialog', { name: 'Web' }).getByLabel('Key', { exact: true })).toHaveText(/^pk_/);
});

test('signing keys rotate, and the old one is still believed', async ({ page, tenant, request }) => {
  await request.get(`${keyhall}/t/${tenant.slug}/.well-known/jwks.json`); // makes the first one
  await page.goto(`tenants/${tenant.slug}/keys`);
  const keys = page.getByRole('table', { name: 'Signing keys' });
  await expect(keys.getByRole('row')).toHaveCount(2);
  const before = (await keys.getByRole('row').nth(1).locator('code').textContent()) ?? '';
  await page.getByRole('button', { name: 'Rotate…' }).click();
  await expect(page.getByRole('dialog')).toContainText('nobody is signed out');
  await page.getByRole('dialog').getByRole('button', { name: 'Rotate' }).click();
  await expect(toast(page, 'signed with the new key')).toBeVisible();
  await expect(keys.getByRole('row').nth(1)).toContainText('Signs');
  await expect(keys.getByRole('row').filter({ hasText: before })).toContainText('Still believed');
  const jwks = (await (await request.get(`${keyhall}/t/${tenant.slug}/.well-known/jwks.json`)).json()) as { keys: { kid: string }[] };
  expect(jwks.keys.map(({ kid }) => kid)).toContain(before);
});

test('a domain is added, refused when it is no host or another tenant’s, and removed', async ({ page, tenant, makeTenant }) => {
  const host = `${unique('id')}.acme.example`;
  const other = await makeTenant('Other');
  const taken = `${unique('id')}.other.example`;
  await other.call('PUT', `/domains/${taken}`);
  await page.goto(`tenants/${tenant.slug}/keys`);
  await page.getByRole('button', { name: 'Add a domain' }).click();
  const dialog = page.getByRole('dialog', { name: 'A domain of your own' });
  const field = dialog.getByRole('textbox', { name: 'Host name' });
  for (const wrong of ['localhost', taken]) {
    await field.fill(wrong);
    await dialog.getByRole('button', { name: 'Add a domain' }).click();
    await expect(field).toHaveAttribute('aria-invalid', 'true');
  }
  await expect(dialog).toContainText('This host belongs to a tenant already.');
  await field.fill(host);
  await expect(dialog.getByLabel('DNS record', { exact: true })).toContainText(`${host}. A 127.0.0.1`);
  await dialog.getByRole('button', { name: 'Add a domain' }).click();
  await expect(row(page, host)).toBeVisible();
  await page.getByRole('button', { name: `Remove ${host}` }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByText('No domain of your own')).toBeVisible();
});

test('a lesser role is told why, and is not led here', async ({ browser, request, tenant }) => {
  const page = await staff(browser, request, tenant, 'approver');
  await page.goto(`tenants/${tenant.slug}/keys`);
  await expect(page.getByText('Not part of your role')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Keys' })).toHaveCount(0);
  await page.context().close();
});

test('a server that is down is told, and asked again', async ({ page, tenant }) => {
  await page.route('**/admin/v1/**/keys', (route) => route.fulfill({ status: 500, body: '' }));
  await page.goto(`tenants/${tenant.slug}/keys`);
  await expect(page.getByRole('alert')).toContainText('Something went wrong');
  await page.unrouteAll();
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByText('No keys yet')).toBeVisible();
});
