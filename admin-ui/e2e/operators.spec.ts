import type { Page } from '@playwright/test';
import { keyhall, operator } from './env';
import { expect, row, test, toast, unique } from './keyhall';
import { colleague, invitationLink } from './staff';

test('an operator is invited, accepts, is made an owner, and removed', async ({ browser, request, page }) => {
  const email = `${unique('olga')}@example.com`;
  await page.goto('team');
  await page.getByRole('button', { name: 'Invite an operator' }).click();
  await expect(page).toHaveURL(/invite=true/);
  let dialog = page.getByRole('dialog', { name: 'Invite an operator' });
  await expect(dialog.getByRole('radio', { name: 'Operator' })).toBeChecked();
  await dialog.getByLabel('E-mail address').fill('olga@example');
  await dialog.getByRole('button', { name: 'Send the invitation' }).click();
  await expect(dialog.getByLabel('E-mail address')).toHaveAttribute('aria-invalid', 'true');
  await dialog.getByLabel('E-mail address').fill(email);
  await dialog.getByRole('button', { name: 'Send the invitation' }).click();
  await expect(toast(page, `${email} is invited.`)).toBeVisible();
  await find(page, email);
  await expect(row(page, email)).toContainText('Invited');

  const theirs = await (await browser.newContext({ baseURL: `${keyhall}/admin/`, storageState: { cookies: [], origins: [] } })).newPage();
  await theirs.goto(await invitationLink(request, email));
  await theirs.getByLabel('Name').fill('Olga Onwudiwe');
  await theirs.getByLabel('New password').fill('plum-orbit-candle-9');
  await theirs.getByRole('button', { name: 'Accept the invitation' }).click();
  await expect(theirs.getByRole('link', { name: 'Team', exact: true })).toBeVisible();

  await page.reload();
  await expect(row(page, email)).toContainText('Active');
  await page.getByRole('button', { name: 'Actions for Olga Onwudiwe' }).click();
  await page.getByRole('menuitem', { name: 'Change the role…' }).click();
  dialog = page.getByRole('dialog', { name: 'The role of Olga Onwudiwe' });
  await dialog.getByRole('radio', { name: 'Owner' }).check();
  await dialog.getByRole('button', { name: 'Change the role' }).click();
  await expect(toast(page, 'Olga Onwudiwe has the role Owner now.')).toBeVisible();
  await theirs.goto('team');
  await expect(theirs.getByRole('button', { name: 'Invite an operator' })).toBeEnabled();

  await page.getByRole('button', { name: 'Actions for Olga Onwudiwe' }).click();
  await page.getByRole('menuitem', { name: 'Remove…' }).click();
  dialog = page.getByRole('dialog', { name: 'Remove Olga Onwudiwe from the team?' });
  await expect(dialog).toContainText('All sessions of this person end');
  await dialog.getByRole('button', { name: 'Remove' }).click();
  await expect(toast(page, 'Olga Onwudiwe does not operate the platform any more.')).toBeVisible();
  await expect(page.getByText('Nobody of this name')).toBeVisible();
  await theirs.goto('team');
  await expect(theirs.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible();
  await theirs.context().close();
});

test('an invitation is sent again, and withdrawn', async ({ page, signedIn }) => {
  const email = `${unique('omar')}@example.com`;
  const { api } = await signedIn();
  await api.post('/admin/v1/operators', { data: { email, role: 'operator' } });
  await page.goto(`team?q=${email}`);
  await page.getByRole('button', { name: `Actions for ${email}` }).click();
  await page.getByRole('menuitem', { name: 'Send the invitation again' }).click();
  await expect(toast(page, `${email} is invited.`)).toBeVisible();
  await page.getByRole('button', { name: `Actions for ${email}` }).click();
  await page.getByRole('menuitem', { name: 'Remove…' }).click();
  const dialog = page.getByRole('dialog', { name: `Remove ${email} from the team?` });
  await expect(dialog).toContainText('The link in the mail does not work any more.');
  await dialog.getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByText('Nobody of this name')).toBeVisible();
});

test('one who is there already is told at the field, and nobody changes what he is himself', async ({ page }) => {
  await page.goto(`team?invite=true&q=${encodeURIComponent(operator.email)}`);
  const dialog = page.getByRole('dialog', { name: 'Invite an operator' });
  await dialog.getByLabel('E-mail address').fill(operator.email);
  await dialog.getByRole('button', { name: 'Send the invitation' }).click();
  await expect(dialog.getByLabel('E-mail address')).toHaveAttribute('aria-invalid', 'true');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await row(page, operator.email).getByRole('button', { name: /^Actions for/ }).click();
  await expect(page.getByRole('menuitem', { name: 'Remove…' })).toContainText('Only another owner can change what you are.');
  await expect(page.getByRole('menuitem', { name: 'Change the role…' })).toHaveAttribute('aria-disabled', 'true');
});

test('an operator who is no owner looks, and is told why nothing can be changed', async ({ browser, request, signedIn }) => {
  const email = `${unique('otto')}@example.com`;
  const page = await colleague(browser, request, (await signedIn()).api, email);
  await page.goto(`team?q=${email}&invite=true`);
  await expect(row(page, email)).toContainText('Operator');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Invite an operator' })).toHaveAttribute('aria-disabled', 'true');
  await page.getByRole('button', { name: 'Invite an operator' }).hover();
  await expect(page.getByRole('tooltip')).toHaveText('Only owners of the platform invite, change and remove operators.');
  await expect(page.getByRole('button', { name: /^Actions for/ })).toHaveCount(0);
  await page.goto('account');
  await expect(page.getByRole('switch', { name: /second factor/ })).toBeDisabled();
  await expect(page.getByText('Only owners of the platform change this.')).toBeVisible();
  await page.context().close();
});

test('a server that is down is told, and asked again', async ({ page }) => {
  await page.route('**/admin/v1/operators*', (route) => route.fulfill({ status: 500, body: '' }));
  await page.goto('team');
  await expect(page.getByRole('alert')).toContainText('Something went wrong');
  await page.unrouteAll();
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('table')).toBeVisible();
});

/** Others' tests put operators on the list at the same time. */
async function find(page: Page, text: string) {
  await page.getByRole('searchbox').fill(text);
  await expect(page).toHaveURL(/q=/);
}
