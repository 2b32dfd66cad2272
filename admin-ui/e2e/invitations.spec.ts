import { expect, row, test, toast } from './keyhall';
import { staff } from './staff';

test('a pasted list is invited into a group; one is sent again, one taken back', async ({ page, tenant }) => {
  await tenant.call('POST', '/groups', { name: 'referees' });
  await page.goto(`tenants/${tenant.slug}/overview`);
  await page.getByRole('link', { name: 'Invitations' }).click();
  await expect(page.getByRole('heading', { name: 'Nobody is invited at the moment' })).toBeVisible();
  await expect(page.getByText('0 of 1,000 invitations sent within 24 hours')).toBeVisible();
  await page.getByRole('button', { name: 'Invite' }).click();
  const dialog = page.getByRole('dialog', { name: 'Invite people' });
  await dialog.getByLabel('People').fill('Noah Novak <noah@example.com>\nanna@example.com, mia@example.com');
  await dialog.getByRole('combobox', { name: 'Group' }).click();
  await page.getByRole('option', { name: 'referees' }).click();
  await dialog.getByRole('button', { name: 'Invite 3 people' }).click();
  await expect(toast(page, '3 people are invited.')).toBeVisible();
  await expect(row(page, 'Noah Novak')).toContainText('referees');
  await expect(page.getByText('3 of 1,000 invitations sent within 24 hours')).toBeVisible();

  await page.getByRole('columnheader', { name: 'User' }).getByRole('button').click();
  await expect.poll(() => page.getByRole('row').getByRole('link').allInnerTexts()).toEqual(['anna', 'mia', 'Noah Novak']);
  await page.getByRole('button', { name: 'Send the invitation of anna again' }).click();
  await expect(toast(page, 'The invitation is on its way.')).toBeVisible();
  await expect(page.getByText('4 of 1,000 invitations')).toBeVisible();
  await page.getByRole('button', { name: 'Take the invitation of mia back' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Take the invitation back' }).click();
  await expect(toast(page, 'The invitation of mia is taken back.')).toBeVisible();
  await expect(row(page, 'mia@example.com')).toBeHidden();
  await page.getByRole('searchbox', { name: 'Search by name or address' }).fill('nobody');
  await expect(page.getByRole('heading', { name: 'No invitation matches' })).toBeVisible();
  await expect(page).toHaveURL(/q=nobody/);
});

test('the failures: the server away, refused, and joined meanwhile', async ({ page, tenant }) => {
  await page.route('**/users?**', (route) => route.abort());
  await page.goto(`tenants/${tenant.slug}/invitations`);
  await expect(page.getByRole('alert')).toContainText('cannot be reached');
  await page.unroute('**/users?**');
  const made = (await tenant.call('POST', '/users', { email: 'mia@example.com' })) as { id: number };
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(row(page, 'mia@example.com')).toBeVisible();
  const again = page.getByRole('button', { name: 'Send the invitation of mia again' });
  for (const [status, code, title] of [[403, 'not_allowed', 'You may not do this.'], [409, 'invitation_accepted', 'This user has no open invitation, or has joined already.']] as const) {
    await page.route('**/invitation', (route) => route.fulfill({ status, contentType: 'application/problem+json', json: { type: `/docs/errors#${code}`, title, status, detail: title, code, errors: [], request_id: '01J' } }));
    await again.click();
    await expect(page.getByRole('alert').filter({ hasText: title.slice(0, 20) }).first()).toBeVisible();
    await page.unroute('**/invitation');
  }
  await tenant.call('DELETE', `/users/${made.id}`); // meanwhile
  await again.click();
  await expect(page.getByRole('heading', { name: 'Nobody is invited at the moment' })).toBeVisible();
});

test('a viewer sees invitations, and why nothing can be done', async ({ browser, request, tenant }) => {
  await tenant.call('POST', '/users', { email: 'mia@example.com' });
  const page = await staff(browser, request, tenant, 'viewer');
  await page.goto(`tenants/${tenant.slug}/invitations`);
  await page.getByRole('button', { name: 'Take the invitation of mia back' }).hover();
  await expect(page.getByRole('tooltip', { name: 'Your role in this tenant does not include changing users and groups.' })).toBeVisible();
});
