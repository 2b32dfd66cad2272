import { expect, row, test, toast } from './keyhall';
import { staff } from './staff';

test('create with permissions, rename, delete', async ({ page, tenant }) => {
  await page.goto(`tenants/${tenant.slug}/groups`);
  await page.getByRole('button', { name: 'Create group' }).click();
  let dialog = page.getByRole('dialog', { name: 'A new group' });
  await dialog.getByLabel('Name').fill('coach');
  await dialog.getByRole('button', { name: 'Create group' }).click();
  await expect(dialog.getByLabel('Name')).toHaveAttribute('aria-invalid', 'true');

  await dialog.getByLabel('Name').fill('referees');
  const permissions = dialog.getByRole('combobox', { name: 'Permissions' });
  await permissions.fill('matches.write');
  await permissions.press('Enter');
  await permissions.fill('No Such Form!');
  await permissions.press('Enter');
  await dialog.getByRole('button', { name: 'Create group' }).click();
  await expect(dialog.getByText('Write small words with dots between them')).toBeVisible();
  for (let i = 0; i < 3; i++) await permissions.press('Backspace');
  await permissions.fill('matches.cancel');
  await permissions.press('Enter');
  await dialog.getByRole('button', { name: 'Create group' }).click();
  await expect(toast(page, 'The group referees is there.')).toBeVisible();
  await expect(row(page, 'referees')).toContainText('matches.cancel');

  await page.getByRole('link', { name: 'referees' }).click();
  dialog = page.getByRole('dialog', { name: 'Group referees' });
  await dialog.getByLabel('Name').fill('judges');
  await expect(dialog.getByRole('group', { name: 'What will change' })).toHaveText('Name: referees → judges');
  await page.keyboard.press('Escape'); // a slip loses nothing
  await page.getByRole('dialog', { name: 'Leave without saving?' }).getByRole('button', { name: 'Stay' }).click();
  await page.goBack();
  await page.getByRole('dialog', { name: 'Leave without saving?' }).getByRole('button', { name: 'Stay' }).click();
  await expect(dialog.getByLabel('Name')).toHaveValue('judges');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(row(page, 'judges')).toBeVisible();

  await page.getByRole('button', { name: 'Delete judges' }).click();
  await expect(page.getByRole('dialog')).toContainText('It has no members');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(row(page, 'judges')).toBeHidden();
});

test('sorted by name and by members, on a phone by a choice', async ({ page, tenant }) => {
  await tenant.call('POST', '/groups', { name: 'board' });
  await tenant.user('mia');
  await page.goto(`tenants/${tenant.slug}/groups`);
  const seen = async () => (await page.getByRole('row').getByRole('link').allInnerTexts()).filter((text) => !/member|manager/.test(text));
  await expect.poll(seen).toEqual(['user', 'coach', 'board']);
  await page.getByRole('columnheader', { name: 'Name' }).getByRole('button').click();
  await expect.poll(seen).toEqual(['board', 'coach', 'user']);
  await page.getByRole('columnheader', { name: 'Members' }).getByRole('button').click();
  await expect.poll(async () => (await seen())[0]).toBe('user');
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole('combobox', { name: 'Sort by' }).selectOption('Name, descending');
  await expect(page).toHaveURL(/sort=-name/);
  await expect.poll(seen).toEqual(['user', 'coach', 'board']);
});

test('what cannot be deleted says why', async ({ page, tenant }) => {
  const id = await tenant.user('mia');
  await tenant.call('POST', '/groups', { name: 'referees' });
  await tenant.call('PATCH', `/users/${id}`, { group: 'referees' });
  await page.goto(`tenants/${tenant.slug}/groups`);
  await page.getByRole('button', { name: 'Delete referees' }).hover();
  await expect(page.getByRole('tooltip', { name: 'It has 1 member. Move that user to another group first.' })).toBeVisible();
  await page.getByRole('button', { name: 'Delete coach' }).focus();
  await expect(page.getByRole('tooltip', { name: 'Default groups cannot be deleted' })).toBeVisible();
  await page.getByRole('link', { name: '1 member', exact: true }).click();
  await expect(page).toHaveURL(/users\?group=referees/);
  await expect(row(page, 'mia')).toBeVisible();
});

test('managers are added by search and removed', async ({ page, tenant }) => {
  await tenant.user('mia', { first_name: 'Mia', last_name: 'Wong' });
  await page.goto(`tenants/${tenant.slug}/groups`);
  await row(page, 'coach').getByRole('link', { name: '0 managers' }).click();
  const drawer = page.getByRole('dialog', { name: 'Managers of coach' });
  await expect(drawer.getByRole('heading', { name: 'Nobody manages this group' })).toBeVisible();
  await drawer.getByRole('combobox', { name: 'Add a manager' }).fill('mia');
  await page.getByRole('option', { name: /Mia Wong/ }).click();
  await expect(toast(page, 'Mia Wong manages coach now.')).toBeVisible();
  await expect(drawer.getByRole('list', { name: 'Managers' }).getByRole('link', { name: 'Mia Wong' })).toBeVisible();
  await expect(page).toHaveURL(/managers=2/);

  await drawer.getByRole('button', { name: 'Remove Mia Wong' }).click();
  const sure = page.getByRole('dialog', { name: 'Remove Mia Wong as manager?' });
  await sure.getByRole('button', { name: 'Remove' }).click();
  await expect(toast(page, 'Mia Wong does not manage coach any more.')).toBeVisible();
  await expect(drawer.getByRole('heading', { name: 'Nobody manages this group' })).toBeVisible();
});

test('a manager who cannot be added is told why', async ({ page, tenant }) => {
  const id = await tenant.user('mia');
  await page.goto(`tenants/${tenant.slug}/groups?managers=2`);
  const drawer = page.getByRole('dialog', { name: 'Managers of coach' });
  await drawer.getByRole('combobox', { name: 'Add a manager' }).fill('mia');
  await expect(page.getByRole('option', { name: /mia/ })).toBeVisible();
  await tenant.call('DELETE', `/users/${id}`); // meanwhile
  await page.getByRole('option', { name: /mia/ }).click();
  await expect(page.getByRole('alert').first()).toBeVisible();
  await expect(drawer.getByRole('heading', { name: 'Nobody manages this group' })).toBeVisible();
});

test('a server that is away is said, and asked again', async ({ page, tenant }) => {
  let away = true;
  await page.route('**/admin/v1/**/groups', (route) => (away ? route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{}' }) : route.continue()));
  await page.goto(`tenants/${tenant.slug}/groups`);
  await expect(page.getByRole('alert')).toBeVisible({ timeout: 20_000 });
  away = false;
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(row(page, 'coach')).toBeVisible({ timeout: 20_000 });
});

test('a lesser role sees everything and is told why nothing can be changed', async ({ browser, request, tenant }) => {
  const page = await staff(browser, request, tenant, 'viewer');
  await page.goto(`tenants/${tenant.slug}/groups`);
  await expect(row(page, 'coach')).toBeVisible();
  const change = page.getByRole('button', { name: 'Create group' });
  await expect(change).toHaveAttribute('aria-disabled', 'true');
  await change.hover();
  await expect(page.getByRole('tooltip')).toContainText('Your role in this tenant');
  await page.context().close();
});
