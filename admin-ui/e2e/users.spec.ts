import { readFile } from 'node:fs/promises';
import { expect, row, test, toast } from './keyhall';
import { staff } from './staff';

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

test('people are invited by a pasted list, again, and not at all', async ({ page, tenant }) => {
  await tenant.user('mia', { first_name: 'Mia', last_name: 'Wong' });
  await tenant.call('POST', '/groups', { name: 'referees', permissions: [] });
  await page.goto(`tenants/${tenant.slug}/users`);
  await page.getByRole('button', { name: 'Invite' }).click();
  const dialog = page.getByRole('dialog', { name: 'Invite people' });
  await dialog.getByLabel('People').fill('Noah Novak <noah@example.com>\nlin@example.com, mia@example.com\nnobody');
  await expect(dialog).toContainText('No address in: nobody');
  await expect(dialog.getByRole('button', { name: 'Invite 3 people' })).toBeDisabled();
  await dialog.getByLabel('People').fill('Noah Novak <noah@example.com>\nlin@example.com, mia@example.com');
  await dialog.getByRole('combobox', { name: 'Group' }).click();
  await page.getByRole('option', { name: 'referees' }).click();
  await dialog.getByRole('button', { name: 'Invite 3 people' }).click();
  await expect(dialog.getByRole('alert')).toContainText('mia@example.com: There is already an account with this e-mail address.');
  await expect(dialog.getByLabel('People')).toHaveValue('mia@example.com');
  await expect(toast(page, '2 people are invited.')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(row(page, 'Noah Novak')).toContainText('Invited');
  await expect(row(page, 'Noah Novak')).toContainText('referees');

  await row(page, 'Noah Novak').getByRole('link').click();
  await expect(page.getByRole('region', { name: 'Messages' })).toContainText('Invitation of a user');
  await page.getByRole('button', { name: 'Send the invitation again' }).click();
  await expect(toast(page, 'The invitation is on its way.')).toBeVisible();
  await page.getByRole('button', { name: 'Actions' }).click();
  await page.getByRole('menuitem', { name: 'Take the invitation back' }).click();
  await expect(page.getByRole('dialog')).toContainText('The link in the mail works no more');
  await page.getByRole('dialog').getByRole('button', { name: 'Take the invitation back' }).click();
  await expect(toast(page, 'The invitation of Noah Novak is taken back.')).toBeVisible();
  await expect(row(page, 'lin@example.com')).toBeVisible();
  await expect(row(page, 'Noah Novak')).toBeHidden();
});

test('many are changed at once, and it is told for whom it failed', async ({ page, tenant }) => {
  await tenant.user('mia', { first_name: 'Mia', last_name: 'Wong' });
  const noah = await tenant.user('noah', { first_name: 'Noah', last_name: 'Novak' });
  await tenant.coach('lin');
  await page.goto(`tenants/${tenant.slug}/users`);
  await page.getByRole('checkbox', { name: 'Select all on this page' }).check();
  const bar = page.getByRole('region', { name: 'Selected people' });
  await expect(bar).toContainText('3 selected');
  await bar.getByRole('button', { name: 'Approve 1' }).click();
  await expect(toast(page, 'lin is approved.')).toBeVisible();

  await bar.getByRole('button', { name: 'Move to group' }).click();
  await page.getByRole('menuitem', { name: 'coach' }).click();
  await expect(toast(page, 'Done for 3 users.')).toBeVisible();
  await expect(row(page, 'Mia Wong')).toContainText('coach');

  await page.getByRole('checkbox', { name: 'Select Mia Wong' }).check();
  await page.getByRole('checkbox', { name: 'Select Noah Novak' }).check();
  await tenant.call('DELETE', `/users/${noah}`); // by somebody else, meanwhile
  await bar.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Disable' }).click();
  await expect(page.getByRole('dialog', { name: 'Disable 2 users?' })).toContainText('Nothing is deleted.');
  await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
  await expect(toast(page, 'Done for 1 user.')).toBeVisible();
  await expect(toast(page, 'Noah Novak:')).toBeVisible();
  await expect(row(page, 'Mia Wong')).toContainText('Disabled');
});

test('a view is kept, columns are chosen, and what is shown is exported', async ({ page, tenant }) => {
  await tenant.user('mia', { first_name: '=Mia', last_name: 'Wong' });
  await tenant.coach('lin');
  await page.goto(`tenants/${tenant.slug}/users`);
  await page.getByRole('button', { name: 'More filters' }).click();
  await page.getByRole('combobox', { name: 'Signed up as' }).click();
  await page.getByRole('option', { name: 'User', exact: true }).click();
  await expect(page).toHaveURL(/type=user/);
  await page.keyboard.press('Escape');
  await expect(row(page, 'lin')).toBeHidden();

  await page.getByRole('columnheader', { name: 'Joined' }).getByRole('button').click();
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('checkbox', { name: 'Last sign-in' }).uncheck();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('menuitem', { name: 'Keep this view…' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('No coaches');
  await page.getByRole('dialog').getByRole('button', { name: 'Keep' }).click();
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await expect(row(page, 'lin')).toBeVisible();
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('checkbox', { name: 'Last sign-in' }).check();
  await page.keyboard.press('Escape');
  await page.goto(`tenants/${tenant.slug}/users`);
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('menuitem', { name: 'No coaches' }).click();
  await expect(row(page, 'lin')).toBeHidden();
  await expect(page).toHaveURL(/sort=-?created_at/); // a view is the order and the columns, too
  await expect(page.getByRole('columnheader', { name: 'Last sign-in' })).toHaveCount(0);

  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('checkbox', { name: 'User number' }).check();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('columnheader', { name: 'User number' })).toBeVisible();

  await page.getByRole('button', { name: 'Export' }).click();
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: /CSV/ }).click()]);
  const lines = (await readFile(await file.path(), 'utf8')).trim().split('\r\n');
  expect(lines).toHaveLength(2);
  expect(lines[1]).toContain(`"'=Mia"`);
});

test('a user is deleted for good after a warning', async ({ page, tenant }) => {
  const id = await tenant.user('mia', { first_name: 'Mia', last_name: 'Wong' });
  await page.goto(`tenants/${tenant.slug}/users/${id}`);
  await page.getByRole('button', { name: 'Actions' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await expect(page.getByRole('dialog', { name: 'Delete Mia Wong for good?' })).toContainText('This cannot be taken back.');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(toast(page, 'Mia Wong is deleted.')).toBeVisible();
  await expect(page.getByText('No users yet')).toBeVisible();
});

test('a file is judged first and imported then', async ({ page, tenant }) => {
  await page.goto(`tenants/${tenant.slug}/users`);
  await page.getByRole('button', { name: 'Import' }).click();
  const dialog = page.getByRole('dialog', { name: 'Import users' });
  const people = 'id,email,first_name\n7,ann@example.com,Ann\n8,bob@example,Bob\n';
  await dialog.locator('input[type=file]').setInputFiles({ name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(people) });
  await expect(dialog.getByRole('status')).toContainText('1 is new. 1 cannot be taken.');
  await expect(dialog.getByRole('row').filter({ hasText: 'email: Enter a valid e-mail address.' })).toContainText('3');
  await dialog.getByRole('button', { name: 'Import 1 user' }).click();
  await expect(toast(page, '1 user is imported.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
  await expect(row(page, 'Ann')).toBeVisible();
  await expect(page).not.toHaveURL(/import/);
});

test('a server that is away is said, and asked again', async ({ page, tenant }) => {
  await tenant.user('mia');
  let away = true;
  await page.route('**/admin/v1/**/users?*', (route) => (away ? route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{}' }) : route.continue()));
  await page.goto(`tenants/${tenant.slug}/users?q=mia`);
  await expect(page.getByRole('alert')).toBeVisible({ timeout: 20_000 });
  away = false;
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(row(page, 'mia')).toBeVisible({ timeout: 20_000 });
});

test('a lesser role sees everything and is told why nothing can be changed', async ({ browser, request, tenant }) => {
  await tenant.user('mia');
  const page = await staff(browser, request, tenant, 'viewer');
  await page.goto(`tenants/${tenant.slug}/users`);
  await expect(row(page, 'mia')).toBeVisible();
  const change = page.getByRole('button', { name: 'Invite' });
  await expect(change).toHaveAttribute('aria-disabled', 'true');
  await change.hover();
  await expect(page.getByRole('tooltip')).toContainText('Your role in this tenant');
  await page.context().close();
});

test('sorted by name, address and last sign-in; pages keep the order', async ({ page, tenant }) => {
  for (const name of ['noah', 'anna', 'mia']) await tenant.user(name);
  await tenant.person('zoe', 1);
  await page.goto(`tenants/${tenant.slug}/users`);
  const seen = () => page.getByRole('row').getByRole('link').allInnerTexts();
  await page.getByRole('columnheader', { name: 'User' }).getByRole('button').click();
  await expect.poll(seen).toEqual(['anna', 'mia', 'noah', 'zoe']);
  await page.getByRole('columnheader', { name: 'Last sign-in' }).getByRole('button').click();
  await expect(page).toHaveURL(/sort=-last_login_at/);
  await expect.poll(async () => (await seen())[0]).toBe('zoe');
  await page.getByRole('columnheader', { name: 'Last sign-in' }).getByRole('button').click();
  await expect.poll(async () => (await seen())[0]).toBe('zoe'); // who never signed in stays last
  await page.goto(`tenants/${tenant.slug}/users?sort=email&cursor=7`);
  await expect(page.getByRole('alert')).toContainText('Start from the first page');
});

test('what cannot be used yet says why', async ({ page, tenant }) => {
  for (let i = 0; i < 51; i++) await tenant.user(`member${i}`); // a page and one more
  await page.goto(`tenants/${tenant.slug}/users`);
  const says = (text: string) => expect(page.getByRole('tooltip', { name: text })).toBeVisible();
  await page.getByRole('button', { name: 'Previous' }).focus();
  await says('This is the first page.');
  await page.getByRole('button', { name: 'Next' }).focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/page=2/);
  await expect(page.getByRole('button', { name: 'Next' })).toHaveAttribute('aria-disabled', 'true');
  await page.getByRole('button', { name: 'Next' }).hover();
  await says('This is the last page.');
  await page.getByRole('button', { name: 'Views' }).click();
  await expect(page.getByRole('menuitem', { name: 'Keep this view…' })).toContainText('Filter or sort the list');
  await page.keyboard.press('Escape');
  await page.getByRole('checkbox', { name: 'Select all on this page' }).check();
  await page.getByRole('region', { name: 'Selected people' }).getByRole('button', { name: 'More' }).click();
  await expect(page.getByRole('menuitem', { name: /Send the invitation again/ })).toContainText('Nobody selected has an open invitation.');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Invite', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: /Invite 0/ }).hover();
  await says('Name somebody first.');
  await page.goto(`tenants/${tenant.slug}/users?import=true`);
  await page.getByRole('dialog').getByRole('button', { name: /Import 0/ }).hover();
  await says('Choose a file first.');
});
