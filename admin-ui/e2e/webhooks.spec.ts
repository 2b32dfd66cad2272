import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, row, test, toast } from './keyhall';
import { staff } from './staff';

/** A receiver that answers as it is told to, and keeps what it got. */
async function receiver() {
  const got: { type: string; signatures: number }[] = [];
  const answer = { status: 204 };
  const server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { type } = JSON.parse(body) as { type: string };
      got.push({ type, signatures: String(request.headers['webhook-signature']).split(' ').length });
      response.writeHead(answer.status).end(answer.status === 204 ? undefined : 'not today');
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return { got, answer, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`, close: () => server.close() };
}

test('an endpoint is registered, tried, told of events, given a new secret, and deleted', async ({ page, tenant }) => {
  const to = await receiver();
  await page.goto(`tenants/${tenant.slug}/webhooks`);
  await expect(page.getByText('No endpoints yet')).toBeVisible();
  await page.getByRole('button', { name: 'New endpoint' }).click();
  let dialog = page.getByRole('dialog', { name: 'A new endpoint' });
  await dialog.getByRole('textbox', { name: 'Address' }).fill('ftp://example.com');
  await dialog.getByRole('button', { name: 'New endpoint' }).click();
  await expect(dialog.getByRole('textbox', { name: 'Address' })).toHaveAttribute('aria-invalid', 'true');
  await dialog.getByRole('textbox', { name: 'Address' }).fill(to.url);
  await dialog.getByLabel('Signed in').uncheck();
  await dialog.getByRole('button', { name: 'New endpoint' }).click();

  dialog = page.getByRole('dialog', { name: 'The secret' });
  const secret = (await dialog.getByLabel('Secret', { exact: true }).textContent()) ?? '';
  expect(secret).toMatch(/^whsec_/);
  await page.keyboard.press('Escape');
  await dialog.getByRole('button', { name: 'I have stored it' }).click();
  await expect(row(page, to.url)).toContainText('11 events');
  await expect(page.locator('body')).not.toContainText(secret);

  await page.getByRole('link', { name: to.url }).click();
  await expect(page.getByRole('button', { name: 'Copy Address' })).toBeVisible();
  await page.getByRole('main').getByRole('link', { name: 'Webhooks' }).click();
  await page.goBack();
  await page.getByRole('button', { name: 'Send a test' }).click();
  await expect(row(page, 'Test')).toContainText('Sent');
  to.answer.status = 410;
  await tenant.user('mia');
  await page.reload();
  await expect(row(page, 'Account made')).toContainText('the receiver answered with status 410');
  await row(page, 'Account made').getByRole('button', { name: /attempt/ }).click();
  await expect(page.getByRole('dialog', { name: 'Account made' })).toContainText('not today');
  await page.keyboard.press('Escape');

  to.answer.status = 204;
  await row(page, 'Test').getByRole('button', { name: 'Send again' }).click();
  await expect(toast(page, 'queued again')).toBeVisible();
  await expect(row(page, 'Test')).toContainText('2 attempts');
  await page.getByRole('button', { name: 'Send many again…' }).click();
  dialog = page.getByRole('dialog', { name: 'Send a range again' });
  await dialog.getByLabel('Those that came through').check();
  await dialog.getByRole('button', { name: 'Send again' }).click();
  await expect(toast(page, 'queued again').last()).toBeVisible();
  await expect(row(page, 'Test')).toContainText('3 attempts');

  await page.getByRole('button', { name: 'Rotate secret…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Rotate' }).click();
  dialog = page.getByRole('dialog', { name: 'The secret' });
  await expect(dialog.getByLabel('Secret', { exact: true })).toHaveText(/^whsec_/);
  await expect(dialog.getByLabel('Secret', { exact: true })).not.toHaveText(secret);
  await dialog.getByRole('button', { name: 'I have stored it' }).click();
  await expect(page.getByText('The secret before signs until')).toBeVisible();
  await page.getByRole('button', { name: 'Send a test' }).click();
  await expect.poll(() => to.got.at(-1)?.signatures).toBe(2);

  await page.getByRole('button', { name: 'Change…' }).click();
  await page.getByRole('dialog').getByRole('textbox', { name: 'Description' }).fill('Shop');
  await expect(page.getByRole('dialog').getByRole('group', { name: 'What will change' })).toHaveText('Description: – → Shop');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog', { name: 'Leave without saving?' }).getByRole('button', { name: 'Stay' }).click();
  await page.getByRole('dialog').getByRole('textbox', { name: 'Description' }).fill('');
  dialog = page.getByRole('dialog', { name: 'Change the endpoint' });
  await dialog.getByLabel('Active').uncheck();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('region', { name: 'Settings' })).toContainText('Off');
  await page.getByRole('button', { name: 'Delete…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('No endpoints yet')).toBeVisible();
  to.close();
});

test('a lesser role is told why, and is not led here', async ({ browser, request, tenant }) => {
  const page = await staff(browser, request, tenant, 'approver');
  await page.goto(`tenants/${tenant.slug}/webhooks`);
  await expect(page.getByText('Not part of your role')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Webhooks' })).toHaveCount(0);
  await page.context().close();
});
