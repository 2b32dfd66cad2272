import type { Page } from '@playwright/test';
import type { Club } from './club';
import { keyhall } from './env';
import { expect, test } from './keyhall';
import { platformRooms, tenantRooms } from './rooms';
import { staff } from './staff';

// An owner of one tenant, who is nobody in the club next door, looks for anything of it.

test.setTimeout(180_000); // each room of the club, and of nobody's

/** What only the club next door has. */
const theirs = /Harbour Sports Club|Tanaka|referees|Nightly import|Members’ website/;

test('neither the list, the switcher nor the palette offers the tenant next door', async ({ browser, request, tenant, club }) => {
  const page = await staff(browser, request, tenant, 'owner');
  const leaks = watch(page, club);
  await page.goto('tenants');
  await expect(page.getByRole('link', { name: tenant.name })).toBeVisible();
  await expect(page.getByRole('row')).toHaveCount(2);
  await page.getByRole('searchbox').fill(club.slug);
  await expect(page.getByText(tenant.name)).toHaveCount(0);

  await page.goto(`tenants/${tenant.slug}/users`);
  await page.getByRole('button', { name: /switch tenant/ }).click();
  await expect(page.getByRole('option')).toHaveText(['Your tenants', new RegExp(tenant.slug)]);
  await page.getByRole('textbox', { name: 'Find a tenant' }).fill(club.slug);
  await expect(page.getByText('No tenant of this name')).toBeVisible();
  await page.keyboard.press('Escape');

  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Go to' });
  for (const text of [club.slug, 'Harbour', 'Tanaka']) {
    await palette.getByRole('combobox').fill(text);
    await expect(palette.getByText('There is nothing like it.')).toBeVisible();
  }
  expect(await leaks()).toEqual([]);
  await page.context().close();
});

test('every room next door is a room that does not exist', async ({ browser, request, tenant, club }) => {
  const page = await staff(browser, request, tenant, 'owner');
  const leaks = watch(page, club);
  const nobody = { ...club, slug: `${club.slug}x` }; // has the same initials, and is nobody's
  for (const { name, address } of tenantRooms) {
    expect(await look(page, address(club), club), name).toEqual(await look(page, address(nobody), nobody));
  }
  expect(await leaks()).toEqual([]);
  await page.context().close();
});

test('what has its place next door is not found in one’s own tenant', async ({ browser, request, tenant, club }) => {
  const page = await staff(browser, request, tenant, 'owner');
  const leaks = watch(page, club);
  for (const [room, read] of [
    [`users/${club.coach}`, `users/${club.coach}`],
    [`approvals?open=${club.applicant}`, `users/${club.applicant}`],
    [`webhooks/${club.endpoint}`, `webhooks/${club.endpoint}`],
  ] as const) {
    const refused = page.waitForResponse((response) => new URL(response.url()).pathname === `/admin/v1/tenants/${tenant.slug}/${read}`);
    await page.goto(`tenants/${tenant.slug}/${room}`);
    expect((await refused).status(), room).toBe(404);
    await expect(page.getByText(/There is nothing here|It is not there any more/), room).toBeVisible();
    await expect(page.locator('body'), room).not.toContainText(theirs);
  }
  expect(await leaks()).toEqual([]);
  await page.context().close();
});

test('the platform’s rooms are refused, and so is what they would ask for', async ({ browser, request, tenant, club }) => {
  const page = await staff(browser, request, tenant, 'owner');
  const leaks = watch(page, club);
  for (const { name, address } of platformRooms) {
    await page.goto(address(club));
    await expect(page.getByText('Not part of your role'), name).toBeVisible();
  }
  for (const path of ['overview', 'queues', 'queues/keyhall/tasks', 'audit', 'operators', 'settings']) {
    expect((await page.request.get(`${keyhall}/admin/v1/${path}`)).status(), path).toBe(403);
  }
  for (const path of ['', '/overview', '/activity', '/users', `/users/${club.coach}`, '/deliveries', '/audit', '/settings', '/keys', '/admins', `/webhooks/${club.endpoint}`]) {
    expect((await page.request.get(`${keyhall}/admin/v1/tenants/${club.slug}${path}`)).status(), path).toBe(404);
  }
  expect(await leaks()).toEqual([]);
  await page.context().close();
});

/** What an address shows, but for the slug in it. */
async function look(page: Page, address: string, { slug }: Club) {
  await page.goto(address);
  await expect(page.getByRole('heading', { level: 1, name: 'There is nothing here' }), address).toBeVisible();
  const { title, text } = await page.evaluate(() => ({ title: document.title, text: document.body.innerText }));
  return { title, text: text.replaceAll(slug, '…') };
}

/** Collects the answers that bring anything of the club. */
function watch(page: Page, { slug }: Club): () => Promise<string[]> {
  const leaks: Promise<string[]>[] = [];
  page.on('response', (response) => {
    const { pathname } = new URL(response.url());
    if (!pathname.startsWith('/admin/v1/')) return;
    const served = response.ok() && pathname.startsWith(`/admin/v1/tenants/${slug}`);
    leaks.push(
      response.text().then(
        (text) => (served || theirs.test(text) ? [`${pathname}: ${response.status()} ${text}`] : []),
        () => (served ? [pathname] : []), // the page went on before it was read
      ),
    );
  });
  return async () => (await Promise.all(leaks)).flat();
}
