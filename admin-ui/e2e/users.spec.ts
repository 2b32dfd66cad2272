import { expect, row, test, toast } from './keyhall';

test('search, state and group narrow the list, all in the address', async ({ page, tenant }) => {
  await tenant.user('mia', { first_name: 'Mia', last_name: 'Wong' });
  await tenant.user('noah', { first_name: 'Noah', last_name: 'Berg' });
  await tenant.coach('lin');
  await page.goto(`tenants/${tenant.slug}/users`);
  await expect(page.getByRole('row')).toHaveCount(4);

  await page.getByRole('searchbox').fill('wong');
  await expect(row(page, 'Noah Berg')).toBeHidden();
  await expect(row(page, 'Mia Wong')).toBeVisible();
  await page.getByRole('button', { name: 'Clear filters' }).click();

  await page.getByRole('combobox', { name: 'Status' }).click();
  await page.getByRole('option', { name: 'Waiting' }).click();
  await expect(page).toHaveURL(/status=pending/);
  await expect(row(page, 'Mia Wong')).toBeHidden();
  await expect(row(page, 'lin')).toBeVisible();
  await page.goBack();

  await page.getByRole('combobox', { name: 'Group' }).click();
  await page.getByRole('option', { name: 'coach' }).click();
  await expect(page).toHaveURL(/group=coach/);
  await expect(row(page, 'lin')).toBeVisible();
  await expect(row(page, 'Mia Wong')).toBeHidden();
});

test('a long list comes in pages, forth and back', async ({ page, tenant }) => {
  for (let i = 0; i < 52; i++) await tenant.user(`member${i}`);
  await page.goto(`tenants/${tenant.slug}/users`);
  await expect(row(page, 'member51')).toBeVisible();
  await expect(page.getByRole('row')).toHaveCount(51);
  await page.getByRole('button', { name: 'Next' }).click();
  await expect(page.getByText('Page 2')).toBeVisible();
  await expect(page.getByRole('row')).toHaveCount(3);
  await page.getByRole('button', { name: 'Previous' }).click();
  await expect(row(page, 'member51')).toBeVisible();
});

test('a profile is changed, with the server\'s complaint at the field', async ({ page, tenant }) => {
  await tenant.user('noah');
  const id = await tenant.user('mia', { first_name: 'Mia', last_name: 'Wong' });
  await page.goto(`tenants/${tenant.slug}/users`);
  await row(page, 'Mia Wong').getByRole('link').click();
  await expect(page).toHaveURL(new RegExp(`/users/${id}$`));

  await page.getByLabel('Username').fill('noah');
  await expect(page.getByText('Username: mia → noah')).toBeVisible();
  await page.getByRole('button', { name: 'Save changes' }).click();
  await expect(page.getByLabel('Username')).toHaveAttribute('aria-invalid', 'true');

  await page.getByRole('link', { name: 'Groups' }).click();
  await expect(page.getByRole('dialog')).toContainText('Your changes to the profile are not saved yet.');
  await page.getByRole('button', { name: 'Stay' }).click();

  await page.getByLabel('Username').fill('mia-wong');
  await page.getByRole('button', { name: 'Save changes' }).click();
  await expect(toast(page, 'The changes are saved.')).toBeVisible();
  await page.reload();
  await expect(page.getByLabel('Username')).toHaveValue('mia-wong');
});

test('an account is disabled after saying what happens, and enabled again', async ({ page, tenant }) => {
  const id = await tenant.user('mia', { first_name: 'Mia', last_name: 'Wong' });
  await page.goto(`tenants/${tenant.slug}/users/${id}`);
  await page.getByRole('button', { name: 'Disable' }).click();
  await expect(page.getByRole('dialog')).toContainText('All sessions of this one account end at once');
  await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
  await expect(toast(page, 'Mia Wong is disabled')).toBeVisible();
  await page.getByRole('button', { name: 'Enable' }).click();
  await expect(toast(page, 'Mia Wong can sign in again')).toBeVisible();
});

test('sessions are shown and ended, one and all', async ({ page, tenant }) => {
  const id = await tenant.coach('lin'); // signing up signs in
  await page.goto(`tenants/${tenant.slug}/users/${id}`);
  const sessions = page.getByRole('region', { name: 'Sessions' });
  await expect(sessions.getByRole('listitem')).toHaveCount(1);
  await sessions.getByRole('button', { name: 'End all' }).click();
  await expect(page.getByRole('dialog')).toContainText('1 session ends at once.');
  await page.getByRole('dialog').getByRole('button', { name: 'End all' }).click();
  await expect(sessions).toContainText('Signed in nowhere.');
});

test('group, reset and confirmation', async ({ page, tenant }) => {
  const id = await tenant.coach('lin');
  await tenant.call('POST', '/groups', { name: 'referees', permissions: ['matches.write'] });
  await page.goto(`tenants/${tenant.slug}/users/${id}`);
  await page.getByRole('button', { name: 'Resend confirmation' }).click();
  await expect(toast(page, 'The confirmation mail is on its way.')).toBeVisible();
  await page.getByRole('button', { name: 'Send password reset' }).click();
  await expect(toast(page, 'a link to choose a new password')).toBeVisible();
  await page.getByRole('combobox', { name: 'Group' }).click();
  await page.getByRole('option', { name: 'referees' }).click();
  await expect(toast(page, 'lin is in the group referees now.')).toBeVisible();
});
