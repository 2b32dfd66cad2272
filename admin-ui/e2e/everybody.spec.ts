import { readFile } from 'node:fs/promises';
import { expect, row, test, toast } from './keyhall';

test('everybody who matches is acted on, after saying how many, and it is told who was left out', async ({ page, tenant }) => {
  for (let i = 0; i < 53; i++) await tenant.user(`member${i}`); // more than a page
  const noah = await tenant.user('noah', { first_name: 'Noah', last_name: 'Novak' });
  await tenant.call('PATCH', `/users/${noah}`, { active: false });
  await tenant.call('POST', '/groups', { name: 'referees', permissions: [] });
  await page.goto(`tenants/${tenant.slug}/users?q=member`);
  await expect(row(page, 'member52')).toBeVisible();
  await page.getByRole('button', { name: 'All who match' }).click();
  await page.getByRole('menuitem', { name: 'referees' }).click();
  const dialog = page.getByRole('dialog', { name: 'Move all who match to referees?' });
  await expect(dialog).toContainText('53 users match. It changes 53 of them.');
  await dialog.getByRole('button', { name: 'Move 53' }).click();
  await expect(toast(page, 'Begun for 53 users.')).toBeVisible();
  await expect(toast(page, 'Done for 53 users.')).toBeVisible({ timeout: 60_000 });
  await expect(row(page, 'member52')).toContainText('referees');
  expect(((await tenant.call('GET', `/users/${noah}`)) as { group: { name: string } }).group.name).not.toBe('referees');

  // Everybody, of whom one is disabled already, and one goes before it is his turn.
  const { data } = (await tenant.call('GET', '/users?q=member0')) as { data: { id: number }[] };
  await page.goto(`tenants/${tenant.slug}/users`);
  await page.getByRole('button', { name: 'All who match' }).click();
  await page.getByRole('menuitem', { name: 'Disable…' }).click();
  const sure = page.getByRole('dialog', { name: 'Disable all who match?' });
  await expect(sure).toContainText('54 users match. It changes 53 of them. 1 is so already');
  await expect(sure).toContainText('Nothing is deleted.');
  await page.route('**/runs', async (route) => {
    if (route.request().method() !== 'GET') return route.continue();
    const answer = await route.fetch();
    const runs = (await answer.json()) as { data: { changed: number; failed: number; skipped: unknown[] }[] };
    const [first] = runs.data;
    if (first) Object.assign(first, { changed: first.changed - 1, failed: 1, skipped: [{ user_id: data[0]?.id, code: 'not_found' }] });
    return route.fulfill({ response: answer, json: runs });
  });
  await sure.getByRole('button', { name: 'Disable 53' }).click();
  const report = page.getByRole('dialog', { name: 'What came of acts on many' });
  await expect(report).toContainText('52 of 54 changed. 1 is so already', { timeout: 60_000 });
  await expect(report.getByRole('list', { name: 'Left out' })).toContainText(`User ${data[0]?.id}`);
  await expect(report.getByRole('list', { name: 'Left out' })).toContainText('is not there any more');
  await page.keyboard.press('Escape');
  await expect(row(page, 'member52')).toContainText('Disabled');
});

test('only who is ticked is exported, in the columns that are shown', async ({ page, tenant }) => {
  await tenant.user('mia', { first_name: 'Mia', last_name: 'Wong' });
  await tenant.user('noah', { first_name: 'Noah', last_name: 'Novak' });
  await page.goto(`tenants/${tenant.slug}/users`);
  await page.getByRole('button', { name: 'Columns' }).click();
  for (const column of ['Status', 'E-mail', 'Joined']) await page.getByRole('checkbox', { name: column }).uncheck();
  await page.getByRole('checkbox', { name: 'User number' }).check();
  await page.keyboard.press('Escape');
  await page.getByRole('checkbox', { name: 'Select Mia Wong' }).check();
  const bar = page.getByRole('region', { name: 'Selected people' });
  const take = async (format: RegExp) => {
    await bar.getByRole('button', { name: 'Export' }).click();
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: format }).click()]);
    return (await readFile(await file.path(), 'utf8')).trim().split(/\r?\n/);
  };
  expect(await take(/CSV/)).toEqual(['"first_name","last_name","username","email","group","id","last_login_at"', '"Mia","Wong","mia","mia@example.com","user","1",""']);
  const [line = '', ...more] = await take(/JSON/);
  expect(more).toEqual([]);
  expect(JSON.parse(line)).toEqual({ first_name: 'Mia', last_name: 'Wong', username: 'mia', email: 'mia@example.com', group: 'user', id: 1, last_login_at: null });
});
