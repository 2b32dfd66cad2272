import { keyhall, operator } from './env';
import { expect, row, test } from './keyhall';
import { invitationLink } from './staff';

test.describe('without a session', () => {
  test.use({ storageState: { cookies: [], origins: [] } });

  test('a wrong password is told and nothing else', async ({ page }) => {
    await page.goto('sign-in');
    await page.getByLabel('E-mail address').fill(operator.email);
    await page.getByLabel('Password', { exact: true }).fill('certainly-not-this');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expect(page.getByRole('alert')).toContainText('The e-mail address or the password is not right.');
    await expect(page).toHaveURL(/\/admin\/sign-in/);
  });

  test('a deep link leads there after signing in, and signing out leads back', async ({ page, tenant }) => {
    await tenant.user('mia');
    await page.goto(`tenants/${tenant.slug}/users?q=mia`);
    await expect(page).toHaveURL(/\/admin\/sign-in/);
    await page.getByLabel('E-mail address').fill(operator.email);
    await page.getByLabel('Password', { exact: true }).fill(operator.password);
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(`${keyhall}/admin/tenants/${tenant.slug}/users?q=mia`);
    await expect(row(page, 'mia')).toBeVisible();

    await page.getByRole('button', { name: 'Operator' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
    await page.goto('tenants');
    await expect(page).toHaveURL(/\/admin\/sign-in/);
  });

  test('a session that ends brings one back to where one was', async ({ page, tenant, context }) => {
    const signIn = async () => {
      await page.getByLabel('E-mail address').fill(operator.email);
      await page.getByLabel('Password', { exact: true }).fill(operator.password);
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    };
    await page.goto(`tenants/${tenant.slug}/groups`);
    await signIn();
    await expect(page.getByRole('heading', { name: 'Groups' })).toBeVisible();
    await context.clearCookies();
    await page.getByRole('link', { name: 'Deliveries' }).click();
    await expect(page.getByRole('status')).toContainText('Your session has ended');
    await signIn();
    await expect(page.getByRole('heading', { name: 'Deliveries' })).toBeVisible();
  });

  test('an invitation becomes an admin who sees what the role allows', async ({ page, tenant, request }) => {
    const email = `${tenant.slug}@example.com`;
    await tenant.coach('lin');
    await tenant.call('POST', '/admins', { email, role: 'viewer' });
    await page.goto(await invitationLink(request, email));
    await page.getByLabel('Name').fill('Vera Viewer');
    await page.getByLabel('New password').fill('short');
    await page.getByRole('button', { name: 'Accept the invitation' }).click();
    await expect(page.getByText(/at least \d+ characters/)).toBeVisible();
    await page.getByLabel('New password').fill('plum-orbit-candle-9');
    await page.getByRole('button', { name: 'Accept the invitation' }).click();

    await expect(page).toHaveURL(`${keyhall}/admin/tenants/${tenant.slug}/overview`);
    await page.getByRole('link', { name: /^Approvals/ }).click();
    const approve = row(page, 'lin').getByRole('button', { name: 'Approve: lin' });
    await expect(approve).toHaveAttribute('aria-disabled', 'true');
    await approve.hover();
    await expect(page.getByRole('tooltip')).toContainText('Your role in this tenant does not include decisions');
  });
});

test('an address that leads nowhere says so inside the frame', async ({ page }) => {
  await page.goto('no/such/room');
  await expect(page.getByRole('heading', { name: 'There is nothing here' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Tenants' })).toBeVisible();
});
