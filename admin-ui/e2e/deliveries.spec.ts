import { expect, row, test, toast } from './keyhall';

test('an empty list teaches', async ({ page, tenant }) => {
  await page.goto(`tenants/${tenant.slug}/deliveries`);
  await expect(page.getByRole('heading', { name: 'Nothing was sent yet' })).toBeVisible();
});

test('did she get the mail? What it said, without its link', async ({ page, tenant }) => {
  await tenant.coach('mia');
  await page.goto(`tenants/${tenant.slug}/deliveries`);
  await expect(row(page, 'Confirm the e-mail address')).toContainText('Sent', { timeout: 20_000 });
  await page.getByRole('link', { name: 'Confirm the e-mail address' }).click();
  const drawer = page.getByRole('dialog', { name: 'Confirm the e-mail address' });
  await expect(drawer).toContainText('mia@example.com');
  await expect(drawer).toContainText('Accepted');
  await expect(drawer.frameLocator('iframe').getByRole('link').first()).toHaveAttribute('href', /key=hidden/);
  await drawer.getByText('Plain text', { exact: true }).click();
  await expect(drawer.locator('pre')).toContainText('key=hidden');
  await expect(page).toHaveURL(/open=/);
  await page.keyboard.press('Escape');
  await expect(drawer).toBeHidden();
});

test('a message that a server does not take, withdrawn', async ({ page, tenant }) => {
  // Nothing listens there, so the message waits for its next attempt.
  await tenant.call('PATCH', '/settings', { smtp: { host: '127.0.0.1', port: 9, tls: 'none', username: '' } });
  await tenant.coach('mia');
  await page.goto(`tenants/${tenant.slug}/deliveries?state=pending`);
  await expect(async () => {
    await page.reload();
    await expect(row(page, 'Confirm the e-mail address')).toContainText(/[1-9] attempt/, { timeout: 1000 });
  }).toPass({ timeout: 30_000 });
  await page.getByRole('link', { name: 'Confirm the e-mail address' }).click();
  const drawer = page.getByRole('dialog', { name: 'Confirm the e-mail address' });
  await expect(drawer).toContainText('Failed, tried again later');
  await expect(drawer).toContainText('Next attempt');
  await drawer.getByRole('button', { name: 'Withdraw' }).click();
  await page.getByRole('dialog', { name: 'Withdraw “Confirm the e-mail address”?' }).getByRole('button', { name: 'Withdraw' }).click();
  await expect(toast(page, 'The message to mia@example.com will not be sent.')).toBeVisible();
  await page.goto(`tenants/${tenant.slug}/deliveries?state=cancelled`);
  await expect(row(page, 'Confirm the e-mail address')).toContainText('Cancelled');
});

test('one user’s messages, from the user’s page, and one channel’s', async ({ page, tenant }) => {
  const mia = await tenant.coach('mia');
  await tenant.coach('noah');
  await page.goto(`tenants/${tenant.slug}/users/${mia}`);
  await page.getByRole('region', { name: 'Messages' }).getByRole('link', { name: 'All messages to this user' }).click();
  await expect(page).toHaveURL(new RegExp(`deliveries\\?user=${mia}$`));
  const whom = page.getByRole('combobox', { name: 'To whom' });
  await expect(whom).toHaveValue('mia');
  await expect(row(page, 'mia@example.com')).toBeVisible();
  await expect(row(page, 'noah@example.com')).toHaveCount(0);
  await whom.fill('noah@ex'); // any identifier will do
  await page.getByRole('option', { name: /noah/ }).click();
  await expect(row(page, 'noah@example.com').first()).toBeVisible();
  await expect(row(page, 'mia@example.com')).toHaveCount(0);
  await page.goBack();
  await expect(row(page, 'mia@example.com')).toBeVisible();
  await expect(whom).toHaveValue('mia');
  await page.getByRole('combobox', { name: 'Channel' }).click();
  await page.getByRole('option', { name: 'SMS' }).click();
  await expect(page).toHaveURL(/channel=sms/);
  await expect(page.getByRole('heading', { name: 'No message is like this' })).toBeVisible();
});

test('a server that is away is said, and asked again', async ({ page, tenant }) => {
  await tenant.coach('mia');
  let away = true;
  await page.route('**/admin/v1/**/deliveries?*', (route) => (away ? route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{}' }) : route.continue()));
  await page.goto(`tenants/${tenant.slug}/deliveries?state=sent`);
  await expect(page.getByRole('alert')).toBeVisible({ timeout: 20_000 });
  away = false;
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(row(page, 'Confirm the e-mail address')).toBeVisible({ timeout: 20_000 });
});

test('the oldest first, and back', async ({ page, tenant }) => {
  await tenant.coach('carl');
  await tenant.coach('ben');
  await page.goto(`tenants/${tenant.slug}/deliveries`);
  const head = page.getByRole('columnheader', { name: 'When' });
  await expect(head).toHaveAttribute('aria-sort', 'descending');
  const newest = await page.getByRole('row').allInnerTexts();
  await head.getByRole('button').click();
  await expect(page).toHaveURL(/sort=created_at/);
  await expect(head).toHaveAttribute('aria-sort', 'ascending');
  await expect.poll(() => page.getByRole('row').allInnerTexts()).toEqual([newest[0], ...newest.slice(1).reverse()]);
  await page.goBack();
  await expect(head).toHaveAttribute('aria-sort', 'descending');
});

test('a message over the limit says what it waits for, and goes when an operator raises it', async ({ page, tenant }) => {
  await page.addInitScript(() => {
    const watched = window as unknown as { moved: number };
    watched.moved = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as unknown as { value: number }[]) watched.moved += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await tenant.call('PUT', '/limits', { mails_per_day: 1 });
  await tenant.coach('mia');
  await page.goto(`tenants/${tenant.slug}/deliveries`);
  await expect(row(page, 'mia@example.com')).toContainText('Sent', { timeout: 20_000 });
  await expect(page.getByRole('status').filter({ hasText: 'The limit of mails a day (1) is reached' })).toContainText('What is sent from now on waits');
  await tenant.coach('noah');
  await expect(async () => {
    await page.reload();
    await expect(row(page, 'noah@example.com')).toContainText('Waits', { timeout: 1000 });
  }).toPass({ timeout: 30_000 });
  await expect(row(page, 'noah@example.com')).toContainText('The limit of mails a day is reached. Goes on in');
  const notice = page.getByRole('status').filter({ hasText: 'The limit of mails a day (1) is reached' });
  await expect(notice).toContainText('1 message waits and goes on in');
  await expect.poll(() => page.evaluate(() => (window as unknown as { moved: number }).moved), 'how far things moved while they came').toBeLessThanOrEqual(0.1);
  await row(page, 'noah@example.com').getByRole('link', { name: 'Confirm the e-mail address' }).click();
  const drawer = page.getByRole('dialog', { name: 'Confirm the e-mail address' });
  await expect(drawer).toContainText('Waits for room until');
  await expect(drawer).toContainText('Operators of the platform can raise the limit');
  await expect(drawer).toContainText('No attempt yet.');
  await tenant.call('PUT', '/limits', { mails_per_day: 5 });
  await expect(async () => {
    await page.goto(`tenants/${tenant.slug}/deliveries`);
    await expect(row(page, 'noah@example.com')).toContainText('Sent', { timeout: 1000 });
  }).toPass({ timeout: 30_000 });
  await expect(notice).toHaveCount(0);
});

test('a message is called what it is called elsewhere, in the reader’s language', async ({ page, tenant }) => {
  const mia = await tenant.coach('mia');
  await page.addInitScript(() => localStorage.setItem('keyhall-language', 'de'));
  await page.goto(`tenants/${tenant.slug}/deliveries`);
  await expect(row(page, 'E-Mail-Adresse bestätigen')).toContainText('mia@example.com');
  await page.goto(`tenants/${tenant.slug}/users/${mia}`);
  await expect(page.getByRole('region', { name: 'Nachrichten' })).toContainText('E-Mail-Adresse bestätigen');
});
