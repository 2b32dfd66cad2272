import type { Page } from '@playwright/test';
import { type Tenant, unique } from '../keyhall';
import type { Act } from './act';
import { amend } from './server';
import { button, click, dialog, field, inDialog, item, labelled } from './parts';

// What operators do: tenants, queues, their own team.

const row = (tenant: Tenant) => `tenants?q=${tenant.slug}`;
const actions = 'Actions for Acme Sports';
const suspended = (page: Page) => amend<{ data: object[] }>(page, /\/tenants$/, (body) => ({ ...body, data: body.data.map((one) => ({ ...one, status: 'suspended' })) }));
const queue = { name: 'keyhall', latency_seconds: 0.2, waiting: 2, active: 1, scheduled: 0, retry: 0, archived: 1, processed_today: 4012, failed_today: 3, paused: false };
const task = { id: 'a1', kind: 'mail', tenant: null, job_id: null, last_error: 'asynq: task lease expired', retried: 3, max_retries: 3, failed_at: new Date().toISOString(), next_try_at: null };
/** What other tests need is not stopped, and no task is made to fail. */
const queues = async (page: Page) => {
  const state = { parts: { database: 'ok', redis: 'ok', relay: 'ok', workers: 'ok' }, delivery: [], outbox: [], queues: [queue], workers: [] };
  await page.route('**/admin/v1/queues', (route) => route.fulfill({ json: state }));
  await page.route('**/admin/v1/queues/keyhall/tasks?*', (route) => route.fulfill({ json: { data: [task], next_cursor: null } }));
  await page.route(/\/queues\/keyhall\/(retry|clear)$/, (route) => route.fulfill({ json: { count: 1 } }));
  await page.route(/\/queues\/keyhall\/pause$/, (route) => route.fulfill({ status: 204 }));
};
const seat = { id: '01J0000000000000000000SEAT', name: 'Olga', email: 'olga@example.com', role: 'operator', state: 'invited', second_factor: true, last_login_at: null, created_at: new Date().toISOString() };
/** Somebody who operates the platform only here. */
const olga = async (page: Page) => {
  await page.route(/\/admin\/v1\/operators(\?|$)/, (route) => (route.request().method() === 'GET' ? route.fulfill({ json: { data: [seat], next_cursor: null } }) : route.fulfill({ status: 201, json: seat })));
  await page.route(/\/admin\/v1\/operators\/[^?]+$/, (route) => (route.request().method() === 'PATCH' ? route.fulfill({ json: { ...seat, role: 'owner' } }) : route.fulfill({ status: 204 })));
};
const hers = 'Actions for Olga';

export const platform: Act[] = [
  { name: 'a tenant', at: () => 'tenants?create=true', method: 'POST', path: /\/tenants$/, typed: [[field('Name'), 'Lakeview'], [field('Slug'), unique('ui')]], send: inDialog('Create tenant'), fields: [['slug', field('Slug')]] },
  { name: 'suspend a tenant', at: row, method: 'POST', path: /\/suspend$/, open: click(actions, 'Suspend'), send: inDialog('Suspend') },
  { name: 'resume a tenant', at: row, method: 'POST', path: /\/resume$/, stage: suspended, open: click(actions), send: item('Resume'), closes: true },
  { name: 'limits', at: (tenant) => `tenants?usage=${tenant.slug}`, method: 'PUT', path: /\/limits$/, typed: [[labelled('Most users'), '5']], send: inDialog('Save limits'), fields: [['max_users', labelled('Most users')]] },
  { name: 'erase a tenant', at: row, method: 'DELETE', path: /\/tenants\/[^/]+$/, open: async (page) => { await click(actions, 'Delete…')(page); const slug = new URL(page.url()).searchParams.get('q') ?? ''; await dialog(page).getByLabel(/^Type/).fill(slug); }, send: inDialog('Delete for good') },
  { name: 'pause a queue', at: () => 'queues', method: 'POST', path: /\/pause$/, stage: queues, open: click('Pause'), send: inDialog('Pause') },
  { name: 'try a task again', at: () => 'queues?queue=keyhall', method: 'POST', path: /\/retry$/, stage: queues, send: inDialog('Try again') },
  { name: 'try all tasks again', at: () => 'queues?queue=keyhall', method: 'POST', path: /\/retry$/, stage: queues, send: inDialog('Try all again') },
  { name: 'delete all tasks', at: () => 'queues?queue=keyhall', method: 'POST', path: /\/clear$/, stage: queues, open: click('Delete all'), send: (page) => page.getByRole('dialog', { name: /^Delete what/ }).getByRole('button', { name: 'Delete all' }) },
  { name: 'invite an operator', at: () => 'team?invite=true', method: 'POST', path: /\/operators$/, stage: olga, typed: [[field('E-mail address'), 'olga@example.com']], send: inDialog('Send the invitation'), fields: [['email', field('E-mail address')]] },
  { name: 'invite an operator again', at: () => 'team', method: 'POST', path: /\/operators/, stage: olga, open: click(hers), send: item('Send the invitation again'), closes: true },
  { name: 'change the role of an operator', at: () => 'team', method: 'PATCH', path: /\/operators\/[^/]+$/, stage: olga, open: async (page) => { await click(hers, 'Change the role…')(page); await dialog(page).getByRole('radio', { name: 'Owner' }).check(); }, send: inDialog('Change the role') },
  { name: 'reset the second factor of an operator', at: () => 'team', method: 'DELETE', path: /\/second-factor$/, stage: olga, open: click(hers, 'Reset the second factor…'), send: inDialog('Reset') },
  { name: 'remove an operator', at: () => 'team', method: 'DELETE', path: /\/operators\/[^/]+$/, stage: olga, open: click(hers, 'Remove…'), send: inDialog('Remove') },
  { name: 'go on with a queue', at: () => 'queues', method: 'POST', path: /\/resume$/, stage: paused, send: button('Go on') },
];

async function paused(page: Page) {
  await queues(page);
  const state = { parts: { database: 'ok', redis: 'ok', relay: 'ok', workers: 'ok' }, delivery: [], outbox: [], queues: [{ ...queue, paused: true }], workers: [] };
  await page.route('**/admin/v1/queues', (route) => route.fulfill({ json: state }));
  await page.route(/\/queues\/keyhall\/resume$/, (route) => route.fulfill({ status: 204 }));
}
