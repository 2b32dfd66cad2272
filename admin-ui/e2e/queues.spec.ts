import type { Page } from '@playwright/test';
import { expect, row, test, toast } from './keyhall';

const problem = { type: 'about:blank', title: 'Busy', status: 503, code: 'unavailable', detail: 'A part of Keyhall does not answer.', request_id: 'r1' };

test('every part is there, and the queue has done something', async ({ page, tenant }) => {
  await tenant.coach('mia'); // owes a mail
  await page.goto('queues');
  await expect(page.getByRole('listitem').filter({ hasText: 'Redis' })).toContainText('There');
  await expect(page.getByRole('listitem').filter({ hasText: 'Workers' })).toContainText('At work');
  await expect(page.getByRole('listitem').filter({ hasText: 'Outbox relay' })).toContainText('Keeps up');
  await expect(goingOut(page).getByRole('row').filter({ has: page.getByText('Mail', { exact: true }) })).toContainText(/Goes out|The last one failed/, { timeout: 20_000 }); // as other tests leave it
  await expect(page.getByRole('row').filter({ hasText: 'Running' }).first()).toBeVisible();
  await page.getByRole('link', { name: 'keyhall', exact: true }).click();
  await expect(page).toHaveURL(/queue=keyhall/);
  await expect(page.getByRole('dialog', { name: 'keyhall' })).toContainText('No task is in this state');
});

test('a queue is paused and goes on; failed tasks are tried again and deleted', async ({ page }) => {
  // What other tests need is not stopped: the server's part is answered here, and tested by itself.
  let paused = false;
  const queue = { name: 'keyhall', latency_seconds: 0.2, waiting: 2, active: 1, scheduled: 0, retry: 0, archived: 1, processed_today: 4012, failed_today: 3 };
  const state = () => ({ parts: { database: 'ok', redis: 'ok', relay: 'ok', workers: 'ok' }, delivery: [], outbox: [{ kind: 'mail', waiting: 12, due: 2, oldest_due_at: new Date().toISOString() }], queues: [{ ...queue, paused }], workers: [] });
  const task = { id: 'a1', kind: 'mail', tenant: null, job_id: null, last_error: 'asynq: task lease expired', retried: 3, max_retries: 3, failed_at: new Date().toISOString(), next_try_at: null };
  const asked: unknown[] = [];
  await page.route('**/admin/v1/queues', (route) => route.fulfill({ json: state() }));
  await page.route('**/admin/v1/queues/keyhall/tasks?*', (route) => route.fulfill({ json: { data: [task], next_cursor: null } }));
  await page.route('**/admin/v1/queues/keyhall/pause', (route) => ((paused = true), route.fulfill({ status: 204 })));
  await page.route('**/admin/v1/queues/keyhall/resume', (route) => ((paused = false), route.fulfill({ status: 204 })));
  for (const act of ['retry', 'clear']) {
    await page.route(`**/admin/v1/queues/keyhall/${act}`, (route) => {
      asked.push({ [act]: route.request().postDataJSON() });
      return route.fulfill({ json: { count: 1 } });
    });
  }
  await page.goto('queues');
  await expect(page.getByText('No process does jobs. Start one with keyhall work.')).toBeVisible();
  await row(page, 'keyhall').getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('dialog', { name: 'Pause the queue keyhall?' }).getByRole('button', { name: 'Pause' }).click();
  await expect(row(page, 'keyhall')).toContainText('Paused');
  await row(page, 'keyhall').getByRole('button', { name: 'Go on' }).click();
  await expect(toast(page, 'The queue keyhall goes on.')).toBeVisible();

  await page.getByRole('link', { name: 'keyhall', exact: true }).click();
  const drawer = page.getByRole('dialog', { name: 'keyhall' });
  await expect(drawer).toContainText('asynq: task lease expired');
  await drawer.getByRole('button', { name: 'Try again' }).click();
  await expect(toast(page, '1 task is back in line.')).toBeVisible();
  await drawer.getByRole('button', { name: 'Delete all' }).click();
  const sure = page.getByRole('dialog', { name: 'Delete what keyhall has given up?' });
  await expect(sure).toContainText(/It is 1 task\.|There are \d+ tasks\./);
  await sure.getByRole('button', { name: 'Delete all' }).click();
  await expect(toast(page, '1 task is deleted.')).toBeVisible();
  expect(asked).toEqual([{ retry: { state: 'archived', id: 'a1' } }, { clear: {} }]);
});

test('whether messages go out is said of each channel, with what the other side answered', async ({ page }) => {
  const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
  const delivery = [
    { channel: 'mail', oldest_unsent_at: ago(65), last_sent_at: ago(60), last_failed_at: ago(2), last_failed_status: 421 },
    { channel: 'sms', oldest_unsent_at: null, last_sent_at: ago(3), last_failed_at: ago(5), last_failed_status: 400 },
    { channel: 'webhook', oldest_unsent_at: null, last_sent_at: null, last_failed_at: ago(9), last_failed_status: null },
    { channel: 'platform_mail', oldest_unsent_at: null, last_sent_at: null, last_failed_at: null, last_failed_status: null },
  ];
  await page.route('**/admin/v1/queues', (route) => route.fulfill({ json: { parts: { database: 'ok', redis: 'ok', relay: 'ok', workers: 'ok' }, delivery, outbox: [], queues: [], workers: [] } }));
  await page.goto('queues');
  const channel = (name: string) => goingOut(page).getByRole('row').filter({ has: page.getByText(name, { exact: true }) });
  await expect(channel('Mail')).toContainText('The last one failed');
  await expect(channel('Mail')).toContainText('answered 421');
  await expect(channel('Mail').locator('time').last()).toHaveText(/1 hour ago|65 minutes ago/);
  await expect(channel('Text messages')).toContainText('Goes out');
  await expect(channel('Webhooks')).toContainText('without an answer');
  await expect(channel('Mail of the platform')).toContainText('Nothing sent yet');
});

const goingOut = (page: Page) => page.getByRole('table', { name: 'Messages going out' });

test('a Redis that is away is said plainly, and so is a server', async ({ page }) => {
  let down = false;
  await page.route('**/admin/v1/queues', (route) =>
    down
      ? route.fulfill({ status: 503, contentType: 'application/problem+json', json: problem })
      : route.fulfill({ json: { parts: { database: 'ok', redis: 'unavailable', relay: 'behind', workers: 'unknown' }, delivery: [], outbox: [], queues: [], workers: [] } }),
  );
  await page.goto('queues');
  await expect(page.getByText('Behind: due jobs reach no queue')).toBeVisible();
  await expect(page.getByText('Redis does not answer, so nothing is known of the queues.')).toBeVisible();
  down = true;
  await page.reload();
  await expect(page.getByRole('alert')).toBeVisible({ timeout: 20_000 });
});
