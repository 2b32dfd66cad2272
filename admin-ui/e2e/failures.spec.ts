import { account, doors } from './failures/account';
import { type Act, fails } from './failures/act';
import { access } from './failures/access';
import { people } from './failures/people';
import { platform } from './failures/platform';
import { words } from './failures/words';
import { nobody, refusal, slow } from './failures/server';
import { expect, test, toast } from './keyhall';

// What every list, form and button has to stand: a slow server, one that is down, somebody else who was faster, and, with
// KEYHALL_TEST_SWEEP=long, a role that is lost meanwhile and a proxy that answers in the server's place. Without it only the
// forms are gone through, in which something typed could be lost; the buttons are done by the same parts.

const long = process.env.KEYHALL_TEST_SWEEP === 'long';

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

const said = ({ name }: Act) => `sent once, nothing lost, told and tried again: ${name}`;

const acts = [...people, ...words, ...access, ...platform, ...account].filter(({ typed }) => long || typed);
for (const act of acts) test(said(act), ({ page, tenant }) => fails(page, act, tenant, long));

test.describe('before signing in', () => {
  test.use({ storageState: { cookies: [], origins: [] } });
  for (const act of doors) test(said(act), ({ page, tenant }) => fails(page, act, tenant, long));
});

test('a decision is taken back, and the list is as it was when that fails', async ({ page, tenant }) => {
  await tenant.coach('carl');
  await page.goto(`tenants/${tenant.slug}/approvals`);
  await page.getByRole('button', { name: 'Approve: carl' }).click();
  const server = await slow(page, { method: 'POST', path: /\/approvals$/ });
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(server.calls).toBe(1);
  server.answer(nobody);
  await expect(toast(page, 'cannot be reached')).toBeVisible();
  await expect(page.getByText('Nobody is waiting')).toBeVisible();
});

test('what fails after its dialog was closed is told all the same', async ({ page, tenant }) => {
  const title = 'There is a group of this name.';
  const server = await slow(page, { method: 'POST', path: /\/groups$/ });
  await page.goto(`tenants/${tenant.slug}/groups?edit=new`);
  await page.getByRole('dialog').getByLabel('Name').fill('referees');
  await page.getByRole('button', { name: 'Create group' }).last().click();
  await expect.poll(server.calls).toBe(1);
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  server.answer(refusal(409, 'group_taken', title));
  await expect(toast(page, title)).toBeVisible();
});
