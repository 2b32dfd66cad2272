import type { Page } from '@playwright/test';
import { keyhall } from './env';
import { expect, row, test, toast, unique } from './keyhall';
import { device } from './passkeys';
import { staff } from './staff';

test('somebody is invited, again, given another role, and removed', async ({ browser, request, tenant }) => {
  const page = await staff(browser, request, tenant, 'owner');
  const email = `${unique('ada')}@example.com`;
  await page.goto(`tenants/${tenant.slug}/team`);
  await page.getByRole('button', { name: 'Invite an admin' }).click();
  await expect(page).toHaveURL(/invite=true/);
  let dialog = page.getByRole('dialog', { name: 'Invite an admin' });
  await dialog.getByLabel('E-mail address').fill('ada@example');
  await dialog.getByRole('button', { name: 'Send the invitation' }).click();
  await expect(dialog.getByLabel('E-mail address')).toHaveAttribute('aria-invalid', 'true');
  await dialog.getByLabel('E-mail address').fill(email);
  await dialog.getByRole('radio', { name: 'Viewer' }).check();
  await dialog.getByRole('button', { name: 'Send the invitation' }).click();
  await expect(toast(page, `${email} is invited.`)).toBeVisible();
  await expect(row(page, email)).toContainText('Invited');
  await expect(row(page, email)).toContainText('Viewer');

  await expect(toast(page, `${email} is invited.`)).toBeHidden(); // so that the next one is not taken for it
  await page.getByRole('button', { name: `Actions for ${email}` }).click();
  await page.getByRole('menuitem', { name: 'Send the invitation again' }).click();
  await expect(toast(page, `${email} is invited.`)).toBeVisible();
  await page.getByRole('button', { name: `Actions for ${email}` }).click();
  await page.getByRole('menuitem', { name: 'Change the role…' }).click();
  dialog = page.getByRole('dialog', { name: `The role of ${email}` });
  await dialog.getByRole('radio', { name: 'Approver' }).check();
  await dialog.getByRole('button', { name: 'Change the role' }).click();
  await expect(toast(page, `${email} has the role Approver now.`)).toBeVisible();
  await expect(row(page, email)).toContainText('Approver');

  await page.getByRole('button', { name: `Actions for ${email}` }).click();
  await page.getByRole('menuitem', { name: 'Remove…' }).click();
  await page.getByRole('dialog', { name: `Remove ${email} from the team?` }).getByRole('button', { name: 'Remove' }).click();
  await expect(toast(page, 'does not administer this tenant any more')).toBeVisible();
  await expect(row(page, email)).toHaveCount(0);
  await page.context().close();
});

test('the last owner stays, and nobody changes what he is himself', async ({ browser, request, page, tenant }) => {
  const theirs = await staff(browser, request, tenant, 'owner');
  await theirs.goto(`tenants/${tenant.slug}/team`);
  await theirs.getByRole('button', { name: 'Actions for Some owner' }).click();
  await expect(theirs.getByRole('menuitem', { name: 'Remove…' })).toContainText('Only another owner can change what you are.');
  await theirs.context().close();

  await page.goto(`tenants/${tenant.slug}/team`);
  await page.getByRole('button', { name: 'Actions for Some owner' }).click();
  await expect(page.getByRole('menuitem', { name: 'Remove…' })).toContainText('The last owner stays.');
  await expect(page.getByRole('menuitem', { name: 'Remove…' })).toHaveAttribute('aria-disabled', 'true');
});

test('what the server refuses is told: one who is in the team, and the last owner after another has gone', async ({ browser, request, page, tenant }) => {
  await (await staff(browser, request, tenant, 'viewer')).context().close();
  await page.goto(`tenants/${tenant.slug}/team?invite=true`);
  const dialog = page.getByRole('dialog', { name: 'Invite an admin' });
  await dialog.getByLabel('E-mail address').fill(`viewer.${tenant.slug}@example.com`);
  await dialog.getByRole('button', { name: 'Send the invitation' }).click();
  await expect(dialog.getByLabel('E-mail address')).toHaveAttribute('aria-invalid', 'true');
  await page.keyboard.press('Escape');

  const [one, two] = [`${unique('one')}@example.com`, `${unique('two')}@example.com`];
  await tenant.call('POST', '/admins', { email: one, role: 'owner' });
  const second = (await tenant.call('POST', '/admins', { email: two, role: 'owner' })) as { id: string };
  await page.goto(`tenants/${tenant.slug}/team`);
  await expect(row(page, one)).toBeVisible();
  await tenant.call('DELETE', `/admins/${second.id}`);
  await page.getByRole('button', { name: `Actions for ${one}` }).click();
  await page.getByRole('menuitem', { name: 'Remove…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('The last owner stays.');
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await expect(row(page, one)).toBeVisible();
});

test('an admin looks but does not appoint; an approver is told why not', async ({ browser, request, tenant }) => {
  const admin = await staff(browser, request, tenant, 'admin');
  await admin.goto(`tenants/${tenant.slug}/team`);
  await expect(row(admin, 'Some admin')).toContainText('Active');
  await expect(admin.getByRole('button', { name: 'Invite an admin' })).toHaveAttribute('aria-disabled', 'true');
  await expect(admin.getByRole('button', { name: /^Actions for/ })).toHaveCount(0);
  await admin.context().close();
  const approver = await staff(browser, request, tenant, 'approver');
  await approver.goto(`tenants/${tenant.slug}/team`);
  await expect(approver.getByText('Not part of your role')).toBeVisible();
  await expect(approver.getByRole('link', { name: 'Team' })).toHaveCount(0);
  await approver.context().close();
});

test('nobody yet, on a phone; and a server that is down', async ({ page, tenant }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`tenants/${tenant.slug}/team`);
  await expect(page.getByText('Nobody yet')).toBeVisible();
  await page.route('**/admin/v1/**/admins', (route) => route.fulfill({ status: 500, body: '' }));
  await page.reload();
  await expect(page.getByRole('alert')).toContainText('Something went wrong');
  await page.unrouteAll();
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByText('Nobody yet')).toBeVisible();
});

test('an owner resets the second factor of one who has lost it', async ({ browser, request, tenant }) => {
  const lost = await staff(browser, request, tenant, 'viewer');
  await addPasskeyAt(lost, tenant.slug);
  await lost.context().close();
  const owner = await staff(browser, request, tenant, 'owner');
  await owner.goto(`tenants/${tenant.slug}/team`);
  await expect(row(owner, 'Some viewer')).toContainText('On');
  await owner.getByRole('button', { name: 'Actions for Some viewer' }).click();
  await owner.getByRole('menuitem', { name: 'Reset the second factor…' }).click();
  await owner.getByRole('dialog', { name: 'Reset the second factor of Some viewer?' }).getByRole('button', { name: 'Reset' }).click();
  await expect(toast(owner, 'Some viewer signs in with the password alone now.')).toBeVisible();
  await expect(row(owner, 'Some viewer')).toContainText('Off');
  await owner.context().close();
});

/** Signs in at the name that passkeys are made for, and adds one. */
async function addPasskeyAt(page: Page, slug: string) {
  await device(page);
  await page.goto(`${keyhall.replace('127.0.0.1', 'localhost')}/admin/sign-in`);
  await page.getByLabel('E-mail address').fill(`viewer.${slug}@example.com`);
  await page.getByLabel('Password', { exact: true }).fill('plum-orbit-candle-9');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('button', { name: /Tenant admin/ }).click();
  await page.getByRole('menuitem', { name: 'My account' }).click();
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a passkey' });
  await dialog.getByLabel('Name').fill('Phone');
  await dialog.getByLabel('Current password').fill('plum-orbit-candle-9');
  await dialog.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('button', { name: 'I have stored them' }).click();
}
