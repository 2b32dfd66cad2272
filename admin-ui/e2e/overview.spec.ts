import { expect, type Tenant, test } from './keyhall';

/** A tenant in which three signed up, one of them waits, and one signed in twice; some messages have failed. */
async function lively(tenant: Tenant) {
  await tenant.coach('carl.berg');
  await tenant.person('mia.wong', 2);
  await tenant.person('noah.novak', 0);
}

test('says how many came, how, and what waits', async ({ page, tenant }) => {
  await lively(tenant);
  await page.goto(`tenants/${tenant.slug}/overview`);
  const figure = (name: string) => page.getByRole('region', { name, exact: true }).first();
  await expect(figure('Users')).toContainText('3');
  await expect(figure('Waiting for approval')).toContainText('1');
  await expect(figure('Sign-ups')).toContainText('none before');
  await expect(page.getByRole('img', { name: /^Sign-ins by day: 2 from/ })).toBeVisible();
  await expect(page.getByText('Password 2')).toBeVisible();
  await page.getByText('By interface').click();
  await expect(page.getByText('Native 2')).toBeVisible();
  await expect(page.getByText('No message failed in this time.')).toBeVisible();

  await figure('Waiting for approval').getByRole('link', { name: 'Decide' }).click();
  await expect(page).toHaveURL(/\/approvals/);
  await page.goBack();
  await figure('Sign-ups').getByRole('link', { name: 'See who' }).click();
  await expect(page).toHaveURL(/users\?from=\d{4}-\d\d-\d\d&until=/);
  await expect(page.getByRole('row').filter({ hasText: 'mia.wong' })).toBeVisible();
  await page.goBack();
  await figure('Failed deliveries').getByRole('link', { name: 'See them' }).click();
  await expect(page).toHaveURL(/deliveries\?state=failed/);
});

test('the address says which days are looked at', async ({ page, tenant }) => {
  await lively(tenant);
  await page.goto(`tenants/${tenant.slug}/overview`);
  await page.getByText('7 days', { exact: true }).click();
  await expect(page).toHaveURL(/overview\?days=7$/);
  await page.reload();
  await expect(page.getByRole('radio', { name: '7 days' })).toBeChecked();
  await page.getByText('By interface').click();
  await expect(page).toHaveURL(/by=contract/);
  await page.getByText('90 days', { exact: true }).click();
  await expect(page).toHaveURL(/by=contract&days=90|days=90&by=contract/);
  await page.goBack();
  await expect(page.getByRole('radio', { name: '7 days' })).toBeChecked();
  await page.goBack();
  await expect(page.getByRole('radio', { name: 'By method' })).toBeChecked();
  await page.getByText('Custom').click();
  await expect(page).toHaveURL(/from=.*to=/);
  await page.getByLabel('Last day').fill('2026-02-01');
  await page.getByLabel('First day').fill('2026-01-01');
  await expect(page).toHaveURL(/from=2026-01-01&to=2026-02-01/);
  await expect(page.getByText('Nobody signed in in this time.')).toBeVisible();
  await page.getByText('30 days', { exact: true }).click();
  await expect(page).toHaveURL(/overview$/);
  await expect(page.getByRole('img', { name: /^Sign-ins by day: 2/ })).toBeVisible();
});

test('a chart is a table too', async ({ page, tenant }) => {
  await lively(tenant);
  await page.goto(`tenants/${tenant.slug}/overview?days=7`);
  const signUps = page.getByRole('region', { name: 'Sign-ups', exact: true }).last();
  await signUps.getByText('As a table').click();
  const rows = signUps.getByRole('row');
  await expect(rows).toHaveCount(8);
  await expect(rows.last()).toContainText('3');
});

test('an empty tenant is told how to begin', async ({ page, tenant }) => {
  await page.goto(`tenants/${tenant.slug}/overview`);
  await expect(page.getByText('Nobody is here yet')).toBeVisible();
  await page.getByRole('link', { name: 'Get started' }).last().click();
  await expect(page).toHaveURL(/\/start$/);
});

test('a server that is away is said, and asked again', async ({ page, tenant }) => {
  await lively(tenant);
  let away = true;
  await page.route('**/activity?*', (route) => (away ? route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{}' }) : route.continue()));
  await page.goto(`tenants/${tenant.slug}/overview`);
  await expect(page.getByRole('alert')).toBeVisible({ timeout: 20_000 });
  away = false;
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('img', { name: /^Sign-ins by day/ })).toBeVisible();
});

test('operators see the platform, others do not', async ({ page, tenant }) => {
  await page.goto('overview');
  await expect(page.getByRole('region', { name: 'Newest tenants' })).toContainText(tenant.name);
  await page.getByRole('link', { name: /suspended$/ }).click();
  await expect(page).toHaveURL(/tenants\?status=suspended/);
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').last().fill('overview');
  await page.getByRole('option', { name: /Overview/ }).first().click();
  await expect(page).toHaveURL(/\/overview$/);
});
