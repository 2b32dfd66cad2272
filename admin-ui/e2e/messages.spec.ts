import type { APIRequestContext, Page } from '@playwright/test';
import { keyhall } from './env';
import { expect, row, test, toast } from './keyhall';
import { staff } from './staff';

const english = (slug: string) => `tenants/${slug}/messages/email/verify_email/en`;
const field = (page: Page) => page.getByRole('textbox', { name: /^Text in/ });
const frame = (page: Page) => page.frameLocator('iframe[title="The mail as it would arrive"]');

test('words are changed with a live preview, saved as a version, and used', async ({ page, tenant, request }) => {
  await page.goto(`tenants/${tenant.slug}/messages`);
  await expect(row(page, 'Confirm the e-mail address')).toContainText('As shipped, in 5 languages');
  await page.getByRole('link', { name: 'Confirm the e-mail address' }).click();
  await expect(frame(page).getByText('One step is left')).toBeVisible();
  await field(page).fill('Ahoy');
  await expect(page.getByText('{link} has to be in a paragraph')).toBeVisible();
  await expect(page.getByRole('status')).toContainText('The preview waits');
  await page.getByRole('button', { name: 'Button', exact: true }).click();
  await expect(field(page)).toHaveValue('Ahoy\n\n[Open]({link})\n\n');
  await page.locator('iframe').scrollIntoViewIfNeeded(); // a frame that is out of sight is not laid out on a busy machine
  await expect(frame(page).getByText('Ahoy')).toBeVisible();
  await page.getByText('Plain text').click();
  await expect(page.getByLabel('Plain text', { exact: true }).last()).toContainText('verify-email?key=');

  await page.getByRole('textbox', { name: 'Subject' }).fill('Welcome to ');
  await page.getByRole('button', { name: 'Insert {site}' }).click();
  await expect(page.getByRole('textbox', { name: 'Subject' })).toHaveValue('Welcome to {site}');
  await expect(page.getByLabel('Changes to the subject').locator('ins').first()).toBeVisible();
  await page.getByRole('button', { name: 'Save and use' }).click();
  await expect(toast(page, 'go out in these words')).toBeVisible();
  await expect(page.getByText('Yours, version 1')).toBeVisible();

  await tenant.call('PATCH', '/settings', { email: { verification: 'optional' } });
  await tenant.coach('lin');
  await expect.poll(() => subjects(request, 'lin@example.com', tenant.slug)).toContain(`Welcome to ${tenant.name}`);
  await page.getByRole('link', { name: 'Messages' }).first().click();
  await expect(row(page, 'Confirm the e-mail address')).toContainText('en');
});

test('a version is compared and taken back, and the shipped words too', async ({ page, tenant }) => {
  for (const text of ['One\n\n[Go]({link})', 'Two\n\n[Go]({link})']) await tenant.call('PUT', '/templates/email/verify_email/en', { subject: 'Hello', text });
  await page.goto(english(tenant.slug));
  await expect(field(page)).toHaveValue(/^Two/);
  await page.getByRole('button', { name: 'Versions' }).click();
  const drawer = page.getByRole('dialog', { name: 'Versions' });
  await drawer.getByRole('button', { name: /Version 1/ }).click();
  const changes = drawer.getByLabel('Changes to the text');
  await expect(changes.locator('del')).toHaveText('Two');
  await expect(changes.locator('ins')).toHaveText('One');
  await drawer.getByRole('button', { name: 'Go back to version 1' }).click();
  await expect(toast(page, 'Version 1 is in use again')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(field(page)).toHaveValue(/^One/);

  await page.getByRole('button', { name: 'Versions' }).click();
  await drawer.getByRole('button', { name: 'Use as shipped…' }).click();
  await page.getByRole('dialog', { name: 'Put your words out of use?' }).getByRole('button', { name: 'Use as shipped' }).click();
  await expect(toast(page, 'as shipped again')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(field(page)).toHaveValue(/One step is left/);
});

test('a test is sent with words that are not saved', async ({ page, tenant, request }) => {
  const to = `${tenant.slug}@example.com`;
  await page.goto(english(tenant.slug));
  await page.getByRole('textbox', { name: 'Subject' }).fill('Only a trial');
  await page.getByRole('button', { name: 'Send a test…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Send a test' });
  await dialog.getByLabel('E-mail address').fill('nobody@no');
  await dialog.getByRole('button', { name: 'Send' }).click();
  await expect(dialog.getByLabel('E-mail address')).toHaveAttribute('aria-invalid', 'true');
  await dialog.getByLabel('E-mail address').fill(to);
  await dialog.getByRole('button', { name: 'Send' }).click();
  await expect(toast(page, `A test to ${to} is on its way`)).toBeVisible();
  await expect.poll(() => subjects(request, to)).toContain('Only a trial');
});

test('a new language begins with the words there are', async ({ page, tenant }) => {
  await page.goto(english(tenant.slug));
  const pick = async (option: string) => {
    await page.getByRole('combobox', { name: 'Language of the message' }).click();
    await page.getByRole('option', { name: option }).click();
  };
  await pick('Another language…');
  const dialog = page.getByRole('dialog', { name: 'Another language' });
  await dialog.getByLabel('Language tag').fill('!');
  await dialog.getByRole('button', { name: 'Begin' }).click();
  await expect(dialog).toContainText('This is no language tag');
  await dialog.getByLabel('Language tag').fill('it');
  await expect(dialog).toContainText('Italian (it)');
  await dialog.getByRole('button', { name: 'Begin' }).click();
  await expect(page.getByText('not in Italian (it) yet')).toBeVisible();
  await expect(field(page)).toHaveValue(/One step is left/);
  await field(page).fill('Ciao\n\n[Conferma]({link})');
  await page.getByRole('button', { name: 'Save and use' }).click();
  await expect(page.getByText('Yours, version 1')).toBeVisible();
  await pick('German (de)');
  await expect(field(page)).toHaveValue(/^Guten Tag/);
});

test('words that are not saved are not lost unasked', async ({ page, tenant }) => {
  await page.goto(english(tenant.slug));
  await field(page).fill('Changed\n\n[Go]({link})');
  await page.getByRole('link', { name: 'Users', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Leave without saving?' });
  await dialog.getByRole('button', { name: 'Stay' }).click();
  await expect(field(page)).toHaveValue(/^Changed/);
  await page.getByRole('button', { name: 'Discard' }).click();
  await page.getByRole('link', { name: 'Users', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Users', exact: true })).toBeVisible();
});

test('a text message has no subject, counts its parts, and is tried', async ({ page, tenant, request }) => {
  await page.goto(`tenants/${tenant.slug}/messages/sms/otp/en`);
  await expect(field(page)).toHaveValue(/\{otp\}/);
  await expect(page.getByRole('textbox', { name: 'Subject' })).toHaveCount(0);
  await expect(page.getByText(/^1 part, \d+ units in GSM-7$/)).toBeVisible();
  await field(page).fill('Код {otp}');
  await expect(page.getByText(/units in UCS-2$/)).toBeVisible();
  await page.getByRole('button', { name: 'Save and use' }).click();
  await expect(page.getByText('Yours, version 1')).toBeVisible();
  await page.getByRole('button', { name: 'Send a test…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Send a test' });
  await dialog.getByLabel('Mobile number').fill('nonsense');
  await dialog.getByRole('button', { name: 'Send' }).click();
  await expect(dialog.getByLabel('Mobile number')).toHaveAttribute('aria-invalid', 'true');
  await dialog.getByLabel('Mobile number').fill('+441632960123');
  await dialog.getByRole('button', { name: 'Send' }).click();
  await expect(toast(page, 'A test to +441632960123')).toBeVisible();
  const texts = async () => ((await (await request.get(`${keyhall}/dev/messages`, { params: { tenant: tenant.slug } })).json()) as { text: string }[]).map(({ text }) => text);
  await expect.poll(texts).toContainEqual(expect.stringMatching(/^Код \d+$/));
});

test('the preview runs nothing', async ({ page, tenant }) => {
  await page.goto(english(tenant.slug));
  await expect(page.locator('iframe')).toHaveAttribute('sandbox', '');
  await field(page).fill('<script>parent.document.title = 1</script>\n\n[Go]({link})');
  await expect(frame(page).getByText('<script>parent.document.title = 1</script>')).toBeVisible();
});

test('what is not there, a lesser role and a server that is down are told', async ({ browser, page, request, tenant }) => {
  await page.goto(`tenants/${tenant.slug}/messages/email/no_such_kind/en`);
  await expect(page.getByText('There is no such message')).toBeVisible();
  await page.route('**/templates/**/preview', (route) => route.fulfill({ status: 500, body: '' }));
  await page.goto(english(tenant.slug));
  await expect(page.getByRole('alert')).toContainText('Something went wrong');
  await page.unrouteAll();
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(frame(page).getByText('One step is left')).toBeVisible();

  const viewer = await staff(browser, request, tenant, 'viewer');
  await viewer.goto(english(tenant.slug));
  await expect(viewer.getByText('Not part of your role')).toBeVisible();
  await viewer.context().close();
});

async function subjects(request: APIRequestContext, to: string, tenant?: string): Promise<string[]> {
  const mails = (await (await request.get(`${keyhall}/dev/messages`, { params: tenant ? { to, tenant } : { to } })).json()) as { subject: string }[];
  return mails.map(({ subject }) => subject);
}
