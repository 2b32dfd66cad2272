import type { Locator, Page } from '@playwright/test';
import { slow } from './failures';
import { expect, test } from './keyhall';

// What every list and every form has to stand: a slow server, somebody else who was faster, a role that is lost meanwhile.

const lists = [
  { room: 'users', path: /\/users$/ },
  { room: 'approvals', path: /\/users$/ },
  { room: 'groups', path: /\/groups$/ },
  { room: 'deliveries', path: /\/deliveries$/ },
  { room: 'audit', path: /\/audit$/ },
  { room: 'keys', path: /\/keys$/ },
  { room: 'webhooks', path: /\/webhooks$/ },
  { room: 'team', path: /\/admins$/ },
];

for (const { room, path } of lists) {
  test(`a slow server: ${room} shows that something is on its way`, async ({ page, tenant }) => {
    const server = await slow(page, { method: 'GET', path });
    await page.goto(`tenants/${tenant.slug}/${room}`);
    await expect(page.locator('.mantine-Skeleton-root').first()).toBeVisible();
    server.answer();
    await expect(page.locator('.mantine-Skeleton-root')).toHaveCount(0);
    await expect(page.locator('h1')).toBeVisible();
  });
}

type Form = { name: string; at: string; method: string; path: RegExp; field: (page: Page) => Locator; typed: string; submit: (page: Page) => Locator };

const dialog = (page: Page) => page.getByRole('dialog');
const forms: Form[] = [
  { name: 'a new group', at: 'groups?edit=new', method: 'POST', path: /\/groups$/, field: (page) => dialog(page).getByLabel('Name'), typed: 'referees', submit: (page) => dialog(page).getByRole('button', { name: 'Create group' }) },
  { name: 'a profile', at: 'users/1', method: 'PATCH', path: /\/users\/1$/, field: (page) => page.getByLabel('First name'), typed: 'Maria', submit: (page) => page.getByRole('button', { name: 'Save changes' }) },
];

for (const { name, at, method, path, field, typed, submit } of forms) {
  test(`${name} is sent once, and nothing typed is lost when it is refused`, async ({ page, tenant }) => {
    await tenant.user('mia');
    const server = await slow(page, { method, path });
    await page.goto(`tenants/${tenant.slug}/${at}`);
    await field(page).fill(typed);
    const refusals = [
      { status: 409, code: 'changed_meanwhile', title: 'Somebody else changed it meanwhile.' },
      { status: 403, code: 'lost_meanwhile', title: 'Your role does not allow this any more.' },
    ];
    for (const [n, { status, code, title }] of refusals.entries()) {
      await submit(page).click();
      await expect.poll(server.calls).toBe(n + 1);
      await submit(page).click({ force: true, timeout: 2000 }).catch(() => undefined); // impatient
      await field(page).press('Enter');
      expect(server.calls()).toBe(n + 1);
      server.refuse(status, code, title);
      await expect(page.getByRole('alert').filter({ hasText: title })).toBeVisible();
      await expect(field(page)).toHaveValue(typed);
    }
  });
}
