import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { expect, row, test, unique } from './keyhall';

test('says who did what to whom, with the old and the new value', async ({ page, tenant }) => {
  const mia = await tenant.user('mia.wong', { first_name: 'Mia', last_name: 'Wong' });
  await tenant.call('PATCH', `/users/${mia}`, { group: 'coach' });
  await tenant.call('PATCH', '/settings', { password: { min_length: 12 } });
  await page.goto(`tenants/${tenant.slug}/audit`);
  await expect(row(page, 'moved to another group')).toContainText('Mia Wong');
  await expect(row(page, 'moved to another group')).toContainText('user → coach');
  await expect(row(page, 'changed settings')).toContainText('→ 12');

  await page.getByRole('link', { name: 'changed settings' }).click();
  const drawer = page.getByRole('dialog', { name: 'Entry' });
  await expect(drawer.getByRole('row').filter({ hasText: 'password.min_length' })).toContainText('12');
  await expect(page).toHaveURL(/open=/);
  await page.keyboard.press('Escape');
  await expect(drawer).toBeHidden();
  await expect(page).not.toHaveURL(/open=/);
});

test('is narrowed by action, user and day, and the address says so', async ({ page, tenant }) => {
  const mia = await tenant.user('mia.wong', { first_name: 'Mia', last_name: 'Wong' });
  await tenant.user('noah.novak', { first_name: 'Noah', last_name: 'Novak' });
  await tenant.call('PATCH', `/users/${mia}`, { active: false });
  await page.goto(`tenants/${tenant.slug}/audit`);
  await choose(page, 'What', 'Users: everything');
  await expect(page).toHaveURL(/action=user\.\*/);
  await expect(row(page, 'created the tenant')).toHaveCount(0);
  await expect(row(page, 'created a user')).toHaveCount(2);

  await page.getByRole('combobox', { name: 'Find a user' }).fill('mia');
  await page.getByRole('option', { name: /Mia Wong/ }).click();
  await expect(row(page, 'Noah Novak')).toHaveCount(0);
  await expect(row(page, 'disabled a user')).toHaveCount(1);
  await page.reload();
  await expect(row(page, 'disabled a user')).toHaveCount(1);
  await expect(page.getByRole('combobox', { name: 'Find a user' })).toHaveValue('Mia Wong');

  await page.getByLabel('To day').fill('2020-01-01');
  await expect(page.getByText('Nothing matches')).toBeVisible();
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await expect(row(page, 'created the tenant')).toHaveCount(1);
});

test('exports what is shown, and no formula in it', async ({ page, tenant }) => {
  await tenant.call('POST', '/users', { username: '', email: `${unique('eve')}@example.com`, first_name: '=cmd()', last_name: 'Eve', invite: false });
  await page.goto(`tenants/${tenant.slug}/audit?action=user.created`);
  await expect(row(page, 'created a user')).toHaveCount(1);
  const lines = (await save(page, /CSV/)).trim().split('\r\n');
  expect(lines).toHaveLength(2);
  expect(lines[1]).toContain(`"'=cmd() Eve"`);
  const jsonl = (await save(page, /JSON lines/)).trim().split('\n');
  expect(jsonl.map((line) => (JSON.parse(line) as { action: string }).action)).toEqual(['user.created']);
});

test('an operator reads what operators did everywhere', async ({ page, tenant }) => {
  await tenant.call('POST', '/suspend');
  await page.goto('audit');
  await page.getByRole('combobox', { name: 'Find a tenant' }).fill(tenant.slug);
  await page.getByRole('option', { name: new RegExp(tenant.slug) }).click();
  await expect(row(page, 'suspended the tenant')).toHaveCount(1);
  await expect(row(page, 'suspended the tenant')).toContainText(tenant.name);
});

test('tells when the server does not answer, and asks again', async ({ page, tenant }) => {
  await page.route('**/audit?*', (route) => route.fulfill({ status: 500, body: '' }));
  await page.route('**/audit', (route) => (route.request().resourceType() === 'fetch' ? route.fulfill({ status: 500, body: '' }) : route.continue()));
  await page.goto(`tenants/${tenant.slug}/audit`);
  await expect(page.getByRole('alert')).toBeVisible();
  await page.unrouteAll();
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(row(page, 'created the tenant')).toHaveCount(1);
});

async function choose(page: Page, select: string, option: string) {
  await page.getByRole('combobox', { name: select, exact: true }).click();
  await page.getByRole('option', { name: option }).click();
}

async function save(page: Page, how: RegExp): Promise<string> {
  await page.getByRole('button', { name: 'Export' }).click();
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: how }).click()]);
  return readFile(await file.path(), 'utf8');
}

test('the oldest first, and back', async ({ page, tenant }) => {
  await tenant.coach('carl');
  await tenant.coach('ben');
  await page.goto(`tenants/${tenant.slug}/audit`);
  const head = page.getByRole('columnheader', { name: 'When' });
  await expect(head).toHaveAttribute('aria-sort', 'descending');
  const newest = await page.getByRole('row').allInnerTexts();
  await head.getByRole('button').click();
  await expect(page).toHaveURL(/sort=at/);
  await expect(head).toHaveAttribute('aria-sort', 'ascending');
  await expect.poll(() => page.getByRole('row').allInnerTexts()).toEqual([newest[0], ...newest.slice(1).reverse()]);
  await page.goBack();
  await expect(head).toHaveAttribute('aria-sort', 'descending');
});
