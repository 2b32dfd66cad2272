import { keyhall } from './env';
import { expect, row, test, toast, unique } from './keyhall';

test('an operator creates a tenant; its slug follows the name', async ({ page, tenant }) => {
  const name = unique('Café Müller');
  await page.goto('tenants');
  await page.getByRole('button', { name: 'Create tenant' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill(name);
  await expect(dialog.getByLabel('Slug')).toHaveValue(name.toLowerCase().replace('é', 'e').replace('ü', 'u').replace(' ', '-'));

  await dialog.getByLabel('Slug').fill(tenant.slug);
  await dialog.getByRole('button', { name: 'Create tenant' }).click();
  await expect(dialog.getByText('There is already a tenant with this slug.').first()).toBeVisible();
  await expect(dialog.getByLabel('Slug')).toHaveAttribute('aria-invalid', 'true');

  const slug = unique('ui');
  await dialog.getByLabel('Slug').fill(slug);
  await dialog.getByRole('button', { name: 'Create tenant' }).click();
  await expect(page).toHaveURL(`${keyhall}/admin/tenants/${slug}/start`);
  await expect(page.getByText('0 of 4 steps done').first()).toBeVisible();
  await expect(page.getByRole('button', { name: /switch tenant/ })).toContainText(name);
});

test('search and state are in the address, and back works', async ({ page, tenant }) => {
  await page.goto('tenants');
  await page.getByRole('searchbox', { name: 'Search by name or slug' }).fill(tenant.slug);
  await expect(page).toHaveURL(new RegExp(`q=${tenant.slug}`));
  await expect(row(page, tenant.slug)).toBeVisible();
  // By its filter: a neighbour's row may say it, too.
  await page.getByRole('radiogroup', { name: 'Status' }).getByText('Suspended', { exact: true }).click();
  await expect(page.getByRole('heading', { name: 'No tenant matches' })).toBeVisible();
  await page.goBack();
  await expect(row(page, tenant.slug)).toBeVisible();
  await page.reload();
  await expect(page.getByRole('searchbox')).toHaveValue(tenant.slug);
});

test('sorted by its heads, by mouse and keyboard, with the order in the address', async ({ page, makeTenant }) => {
  const word = unique('Sorted');
  const names = [`${word} Beta`, `${word} Alpha`, `${word} Gamma`];
  for (const name of names) await makeTenant(name);
  await page.goto(`tenants?q=${encodeURIComponent(word)}`);
  const seen = () => page.getByRole('row').getByRole('link').allInnerTexts();
  const head = page.getByRole('columnheader', { name: 'Name' });
  await expect(head).toHaveAttribute('aria-sort', 'none');
  await head.getByRole('button').click();
  await expect(page).toHaveURL(/sort=name/);
  await expect(head).toHaveAttribute('aria-sort', 'ascending');
  await expect.poll(seen).toEqual([names[1], names[0], names[2]]);
  await head.getByRole('button').focus();
  await page.keyboard.press('Enter');
  await expect(head).toHaveAttribute('aria-sort', 'descending');
  await expect.poll(seen).toEqual([names[2], names[0], names[1]]);
  await page.getByRole('columnheader', { name: 'Created' }).getByRole('button').click();
  await expect(page).toHaveURL(/sort=-created_at/);
  await expect.poll(seen).toEqual([names[2], names[1], names[0]]);
  await page.goBack();
  await expect(head).toHaveAttribute('aria-sort', 'descending');
  await page.reload();
  await expect.poll(seen).toEqual([names[2], names[0], names[1]]);
});

test('suspending says to how many, and resuming undoes it', async ({ page, tenant }) => {
  await tenant.user('mia');
  await tenant.user('noah');
  await page.goto(`tenants?q=${tenant.slug}`);
  const actions = page.getByRole('button', { name: `Actions for ${tenant.name}` });
  await actions.click();
  await page.getByRole('menuitem', { name: 'Suspend' }).click();
  await expect(page.getByRole('dialog')).toContainText('2 users cannot sign in any more');
  await page.getByRole('dialog').getByRole('button', { name: 'Suspend' }).click();
  await expect(row(page, tenant.slug)).toContainText('Suspended');
  await expect(toast(page, `${tenant.name} is suspended.`)).toBeVisible();

  await actions.click();
  await page.getByRole('menuitem', { name: 'Resume' }).click();
  await expect(row(page, tenant.slug)).toContainText('Active');
});

test('the switcher finds a tenant and stays in the room', async ({ page, tenant, makeTenant }) => {
  const other = await makeTenant(unique('Harbour Rowing'));
  await page.goto(`tenants/${tenant.slug}/groups`);
  await page.getByRole('button', { name: /switch tenant/ }).click();
  await page.getByPlaceholder('Find a tenant').filter({ visible: true }).fill(other.slug);
  await page.getByRole('option', { name: other.name }).click();
  await expect(page).toHaveURL(`${keyhall}/admin/tenants/${other.slug}/groups`);
  await expect(page).toHaveTitle(`Groups · ${other.name} · Keyhall`);
});

test('a tenant opens with its overview, from the list and the switcher, and back leads to the list', async ({ page, tenant }) => {
  await page.goto(`tenants?q=${tenant.slug}`);
  await row(page, tenant.slug).getByRole('link', { name: tenant.name }).click();
  await expect(page).toHaveURL(`${keyhall}/admin/tenants/${tenant.slug}/overview`);
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
  await page.goBack();
  await expect(page).toHaveURL(`${keyhall}/admin/tenants?q=${tenant.slug}`);

  await page.getByRole('button', { name: /switch tenant/ }).click();
  await page.getByPlaceholder('Find a tenant').filter({ visible: true }).fill(tenant.slug);
  await page.getByRole('option', { name: new RegExp(tenant.slug) }).click();
  await expect(page).toHaveURL(`${keyhall}/admin/tenants/${tenant.slug}/overview`);
});

test('a tenant that is not there is told as such', async ({ page }) => {
  await page.goto('tenants/no-such-tenant/users');
  await expect(page.getByRole('heading', { name: 'There is nothing here' })).toBeVisible();
});

test('a tenant is deleted after its slug is typed, and the report says what is gone', async ({ page, tenant }) => {
  await tenant.user('mia');
  await tenant.user('noah');
  await page.goto(`tenants?q=${tenant.slug}`);
  await row(page, tenant.slug).getByRole('button', { name: /Actions|More/ }).click();
  await page.getByRole('menuitem', { name: 'Delete…' }).click();
  const dialog = page.getByRole('dialog', { name: `Delete ${tenant.name} for good?` });
  await expect(dialog).toContainText('2 users are erased with everything else.');
  await dialog.getByLabel(/Type/).fill('something-else');
  await expect(dialog.getByRole('button', { name: 'Delete for good' })).toBeDisabled();
  await dialog.getByLabel(/Type/).fill(tenant.slug);
  await dialog.getByRole('button', { name: 'Delete for good' }).click();
  const deletions = page.getByRole('dialog', { name: 'Deletions' });
  await expect(deletions.getByRole('listitem').filter({ hasText: tenant.slug })).toContainText('Erased: 2 users', { timeout: 30_000 });
  await page.keyboard.press('Escape');
  await page.reload();
  await expect(row(page, tenant.slug)).toBeHidden();
});

test('a server that is away is said, and asked again', async ({ page, tenant }) => {
  let away = true;
  await page.route('**/admin/v1/tenants?*', (route) => (away ? route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{}' }) : route.continue()));
  await page.goto(`tenants?q=${tenant.slug}`);
  await expect(page.getByRole('alert')).toBeVisible({ timeout: 20_000 });
  away = false;
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(row(page, tenant.slug)).toBeVisible({ timeout: 20_000 });
});

test('an operator sees what a tenant uses and limits it; a full tenant takes nobody in', async ({ page, tenant }) => {
  await tenant.user('mia');
  await tenant.coach('carl');
  await page.goto(`tenants?q=${tenant.slug}`);
  await page.getByRole('button', { name: `Actions for ${tenant.name}` }).click();
  await page.getByRole('menuitem', { name: 'Usage and limits' }).click();
  await expect(page).toHaveURL(new RegExp(`usage=${tenant.slug}`));
  const drawer = page.getByRole('dialog', { name: `Usage of ${tenant.name}` });
  await expect(drawer.getByRole('region', { name: 'Users' })).toContainText('1 active · 1 waiting');
  await drawer.getByLabel('Most users').fill('1');
  await expect(drawer.getByText('There are 2 users already.')).toBeVisible();
  await drawer.getByLabel('Most users').fill('0');
  await drawer.getByRole('button', { name: 'Save limits' }).click();
  await expect(drawer.getByLabel('Most users')).toHaveAttribute('aria-invalid', 'true');
  await drawer.getByLabel('Most users').fill('2');
  await drawer.getByRole('button', { name: 'Save limits' }).click();
  await expect(toast(page, 'The limits are saved.')).toBeVisible();
  await expect(drawer.getByText('Full: nobody else can sign up or be invited.')).toBeVisible();

  await page.goto(`tenants/${tenant.slug}/users?invite=true`);
  await page.getByRole('dialog').getByLabel('People').fill('late@example.com');
  await page.getByRole('dialog').getByRole('button', { name: /Invite/ }).click();
  await expect(page.getByRole('dialog')).toContainText('There is no room for another user');
  await page.goto(`tenants/${tenant.slug}/audit`);
  await expect(page.getByRole('link', { name: 'changed the limits of the tenant' })).toBeVisible();
});

test('usage says when the server is away, and when limits are not one’s to set', async ({ page, tenant }) => {
  await page.route('**/usage', (route) => route.abort());
  await page.goto(`tenants?usage=${tenant.slug}`);
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('cannot be reached');
  await page.unroute('**/usage');
  await page.getByRole('dialog').getByRole('button', { name: 'Try again' }).click();
  const drawer = page.getByRole('dialog');
  await drawer.getByLabel('Most users').fill('5');
  for (const [status, code, said] of [[403, 'not_allowed', 'You may not do this'], [409, 'tenant_erasing', 'The tenant is being deleted']] as const) {
    await page.route('**/limits', (route) => route.fulfill({ status, contentType: 'application/problem+json', json: { type: `/docs/errors#${code}`, title: said, status, detail: said, code, errors: [], request_id: '01J' } }));
    await drawer.getByRole('button', { name: 'Save limits' }).click();
    await expect(drawer.getByRole('alert')).toContainText(said);
    await page.unroute('**/limits');
  }
  await drawer.getByRole('button', { name: 'Save limits' }).click();
  await expect(toast(page, 'The limits are saved.')).toBeVisible();
});

test('an operator limits mails and text messages, is told at the field what cannot be, and sees how much is used', async ({ page, tenant }) => {
  await tenant.coach('mia');
  await tenant.coach('noah');
  await page.goto(`tenants?usage=${tenant.slug}`);
  const drawer = page.getByRole('dialog', { name: `Usage of ${tenant.name}` });
  const mails = drawer.getByRole('region', { name: 'Mails sent' });
  await expect(mails).toContainText('2', { timeout: 20_000 });
  await expect(mails.getByRole('progressbar')).toHaveCount(0);
  await drawer.getByLabel('Most users').fill('500');
  await drawer.getByLabel('Most text messages a day').fill('2000000000');
  await drawer.getByRole('button', { name: 'Save limits' }).click();
  await expect(drawer.getByLabel('Most text messages a day')).toHaveAttribute('aria-invalid', 'true');
  await expect(drawer.getByLabel('Most text messages a day')).toBeFocused();
  await drawer.getByLabel('Most text messages a day').fill('0');
  await drawer.getByLabel('Most mails a day').fill('8');
  await drawer.getByLabel('Most mails a month').fill('40');
  await drawer.getByRole('button', { name: 'Save limits' }).click();
  await expect(toast(page, 'The limits are saved.')).toBeVisible();
  await page.reload();
  await expect(mails.getByRole('progressbar', { name: /^2 of 8 today$/ })).toBeVisible();
  await expect(mails.getByRole('progressbar', { name: /^2 of 40 this month$/ })).toBeVisible();
  await expect(drawer.getByRole('region', { name: 'Text messages sent' })).toContainText('0 of 0 today');
  await expect(drawer.getByLabel('Most users')).toHaveValue('500');
  await expect(drawer.getByLabel('Most text messages a day')).toHaveValue('0');
  await expect(drawer.getByLabel('Most text messages a month')).toHaveValue('');
});
