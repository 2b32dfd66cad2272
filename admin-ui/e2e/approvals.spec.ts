import { expect, row, test, toast } from './keyhall';

test('an empty queue teaches', async ({ page, tenant }) => {
  await page.goto(`tenants/${tenant.slug}/approvals`);
  await expect(page.getByRole('heading', { name: 'Nobody is waiting' })).toBeVisible();
  await expect(page.getByText('New coaches appear here when they sign up.')).toBeVisible();
});

test('approve one, and take it back', async ({ page, tenant }) => {
  await tenant.coach('mia');
  await tenant.coach('noah');
  await page.goto(`tenants/${tenant.slug}/approvals`);
  await page.getByRole('button', { name: 'Approve: mia' }).click();
  await expect(row(page, 'mia')).toBeHidden();
  const done = toast(page, 'mia is approved.');
  await expect(done).toBeVisible();
  await expect(page.getByRole('tab', { name: 'Waiting (1)' })).toBeVisible();
  await done.getByRole('button', { name: 'Undo' }).click();
  await expect(toast(page, 'mia is waiting again.')).toBeVisible();
  await expect(row(page, 'mia')).toBeVisible();
});

test('who has waited longest comes first when asked so', async ({ page, tenant }) => {
  for (const name of ['noah', 'anna', 'mia']) await tenant.coach(name);
  await page.goto(`tenants/${tenant.slug}/approvals`);
  const seen = () => page.getByRole('row').getByRole('link').allInnerTexts();
  await expect.poll(seen).toEqual(['mia', 'anna', 'noah']);
  await page.getByRole('columnheader', { name: 'Asked' }).getByRole('button').click();
  await page.getByRole('columnheader', { name: 'Asked' }).getByRole('button').click();
  await expect(page).toHaveURL(/sort=created_at/);
  await expect.poll(seen).toEqual(['noah', 'anna', 'mia']);
  await page.getByRole('button', { name: 'Approve: anna' }).click();
  await expect.poll(seen).toEqual(['noah', 'mia']);
  await page.getByRole('columnheader', { name: 'Applicant' }).getByRole('button').click();
  await expect.poll(seen).toEqual(['mia', 'noah']);
});

test('reject with a reason, kept where rejections are', async ({ page, tenant }) => {
  await tenant.coach('mia');
  await page.goto(`tenants/${tenant.slug}/approvals`);
  await page.getByRole('button', { name: 'Reject…: mia' }).click();
  const dialog = page.getByRole('dialog', { name: 'Reject mia?' });
  await dialog.getByText('Your details are incomplete.').click();
  await expect(dialog.getByRole('textbox', { name: 'Reason' })).toHaveValue('Your details are incomplete.');
  await dialog.getByRole('button', { name: 'Reject', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Nobody is waiting' })).toBeVisible();
  await page.getByRole('tab', { name: /^Rejected/ }).click();
  await expect(row(page, 'mia')).toContainText('Your details are incomplete.');
  await page.goBack();
  await expect(page.getByRole('heading', { name: 'Nobody is waiting' })).toBeVisible();
});

test('the queue by keyboard', async ({ page, tenant }) => {
  for (const name of ['ada', 'ben', 'chloe', 'dan']) await tenant.coach(name);
  await page.goto(`tenants/${tenant.slug}/approvals`);
  await expect(row(page, 'dan')).toBeVisible(); // newest first: dan, chloe, ben, ada
  await page.keyboard.press('j');
  await expect(page.getByRole('link', { name: 'dan' })).toBeFocused();
  await page.keyboard.press('j');
  await expect(page.getByRole('link', { name: 'chloe' })).toBeFocused();
  await page.keyboard.press('a');
  await expect(toast(page, 'chloe is approved.')).toBeVisible();
  await expect(page.getByRole('link', { name: 'ben' })).toBeFocused();

  await page.keyboard.press('x');
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await expect(page.getByRole('region', { name: 'Selected people' })).toContainText('2 selected');
  await page.keyboard.press('r');
  await expect(page.getByRole('dialog', { name: 'Reject 2 people?' })).toBeVisible();
  await page.keyboard.type('No room: a, j, k and x are letters here.');
  await page.getByRole('button', { name: 'Reject 2', exact: true }).click();
  await expect(toast(page, '2 people are rejected.')).toBeVisible();
  await expect(page.getByRole('link', { name: 'dan' })).toBeFocused();

  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Applicant' })).toContainText('dan@example.com');
  await expect(page).toHaveURL(/open=\d+/);
  await page.keyboard.press('a');
  await expect(page.getByRole('heading', { name: 'Nobody is waiting' })).toBeVisible();
});

test('many at once, told who has not confirmed, and taken back together', async ({ page, tenant }) => {
  for (const name of ['ada', 'ben', 'chloe']) await tenant.coach(name);
  await page.goto(`tenants/${tenant.slug}/approvals`);
  await page.getByRole('checkbox', { name: 'Select all on this page' }).check();
  await page.getByRole('button', { name: 'Approve 3' }).click();
  const dialog = page.getByRole('dialog', { name: 'Approve 3 people?' });
  await expect(dialog).toContainText('3 of them have not confirmed their e-mail address.');
  await dialog.getByRole('button', { name: 'Approve all 3' }).click();
  await expect(page.getByRole('heading', { name: 'Nobody is waiting' })).toBeVisible();
  await toast(page, '3 people are approved.').getByRole('button', { name: 'Undo' }).click();
  await expect(toast(page, '3 people are waiting again.')).toBeVisible();
  await expect(page.getByRole('row')).toHaveCount(4);
});

test('a decision that fails leaves the queue as it was', async ({ page, tenant }) => {
  await tenant.coach('mia');
  await page.goto(`tenants/${tenant.slug}/approvals`);
  const busy = { type: 'about:blank', title: 'Busy', status: 503, code: 'busy', detail: 'Keyhall is busy. Try again in a moment.', request_id: 'r1' };
  await page.route('**/approvals', (route) => (route.request().method() === 'POST' ? route.fulfill({ status: 503, contentType: 'application/problem+json', json: busy }) : route.continue()));
  await page.getByRole('button', { name: 'Approve: mia' }).click();
  await expect(toast(page, 'Keyhall is busy.')).toBeVisible();
  await expect(row(page, 'mia')).toBeVisible();
});

test('two tabs of one browser both keep working', async ({ page, tenant, context }) => {
  await tenant.coach('mia');
  await tenant.coach('noah');
  await page.goto(`tenants/${tenant.slug}/approvals`);
  await expect(row(page, 'mia')).toBeVisible();
  const second = await context.newPage();
  await second.goto(`tenants/${tenant.slug}/approvals`);
  await second.getByRole('button', { name: 'Approve: noah' }).click();
  await expect(toast(second, 'noah is approved.')).toBeVisible();
  await page.getByRole('button', { name: 'Approve: mia' }).click();
  await expect(toast(page, 'mia is approved.')).toBeVisible();
});

test('everybody on all pages at once, by the server', async ({ page, tenant }) => {
  for (let i = 0; i < 51; i++) await tenant.coach(`coach-${i}`);
  await page.goto(`tenants/${tenant.slug}/approvals`);
  await page.getByRole('button', { name: 'Approve all…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Approve everybody who matches?' });
  await expect(dialog).toContainText('51 people match. 51 of them have not confirmed their e-mail address.');
  await dialog.getByRole('button', { name: 'Approve all 51' }).click();
  await expect(toast(page, '51 people are being decided about.')).toBeVisible();
  await expect(toast(page, 'The decision is made for 51 people.')).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole('heading', { name: 'Nobody is waiting' })).toBeVisible();
  await page.getByRole('tab', { name: /^Approved/ }).click();
  await expect(row(page, 'coach-50')).toBeVisible();
});
