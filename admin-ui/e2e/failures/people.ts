import type { Page } from '@playwright/test';
import type { Tenant } from '../keyhall';
import type { Act } from './act';
import { amend } from './server';
import { button, click, dialog, field, inDialog, item, labelled } from './parts';

// What is done with people: users, approvals, groups.

const one = (make: (tenant: Tenant) => Promise<unknown> = () => Promise.resolve()) => async (tenant: Tenant) => {
  await tenant.user('mia');
  await make(tenant);
  return `tenants/${tenant.slug}/users/1`;
};
const coach = async (tenant: Tenant) => `tenants/${tenant.slug}/users/${await tenant.coach('carl')}`;
const queue = async (tenant: Tenant) => {
  await tenant.coach('carl');
  await tenant.coach('cora');
  return `tenants/${tenant.slug}/approvals`;
};
const invited = (room: string) => async (tenant: Tenant) => {
  await tenant.call('POST', '/users', { username: 'ida', email: 'ida@example.com', invite: true });
  return `tenants/${tenant.slug}/${room}`;
};
const signedIn = async (tenant: Tenant) => {
  const { id } = await tenant.signUp('mia');
  return `tenants/${tenant.slug}/users/${id}`;
};
const everybody = async (tenant: Tenant) => {
  await tenant.user('mia');
  return `tenants/${tenant.slug}/users`;
};
const tick = (page: Page) => page.getByRole('checkbox', { name: /mia/ }).check();
const progress = (page: Page) => page.getByRole('region', { name: 'Selected people' }).getByText('0 of 1');
const two = async (tenant: Tenant) => {
  await tenant.user('mia');
  await tenant.user('noah');
  return `tenants/${tenant.slug}/users`;
};
const group = async (tenant: Tenant) => {
  await tenant.call('POST', '/groups', { name: 'referees' });
  return `tenants/${tenant.slug}/groups`;
};
const managed = async (tenant: Tenant) => {
  const id = await tenant.user('mia');
  await tenant.call('PUT', `/groups/2/managers/${id}`);
  return `tenants/${tenant.slug}/groups?managers=2`;
};
const me = /\/users\/\d+$/;

export const people: Act[] = [
  { name: 'a profile', at: one(), method: 'PATCH', path: me, typed: [[labelled('First name'), 'Maria']], send: button('Save changes'), fields: [['first_name', labelled('First name')]] },
  { name: 'disable a user', at: one(), method: 'PATCH', path: me, open: click('Disable'), send: inDialog('Disable') },
  { name: 'enable a user', at: one((tenant) => tenant.call('PATCH', '/users/1', { active: false })), method: 'PATCH', path: me, send: button('Enable') },
  { name: 'erase a user', at: one(), method: 'DELETE', path: me, open: click('Actions', 'Delete'), send: inDialog('Delete') },
  { name: 'a password reset', at: one(), method: 'POST', path: /\/password-reset$/, send: button('Send password reset') },
  { name: 'a confirmation', at: one(), method: 'POST', path: /\/verification$/, send: button('Resend confirmation') },
  { name: 'another group', at: one(), method: 'PATCH', path: me, open: (page) => page.getByRole('combobox', { name: 'Group' }).click(), send: (page) => page.getByRole('option', { name: 'coach' }), closes: true, busy: (page) => page.locator('[aria-label=Group][disabled]') },
  { name: 'end a session', at: signedIn, method: 'DELETE', path: /\/sessions\/[^/]+$/, send: button('End') },
  { name: 'end all sessions', at: signedIn, method: 'DELETE', path: /\/sessions$/, open: click('End all'), send: inDialog('End all') },
  { name: 'remove a picture', at: one(), method: 'DELETE', path: /\/picture$/, stage: pictured, open: click('Remove picture'), send: inDialog('Remove picture') },
  { name: 'disconnect an account elsewhere', at: one(), method: 'DELETE', path: /\/social\/s1$/, stage: connected, open: click('Disconnect'), send: inDialog('Disconnect') },
  { name: 'approve on the page of a user', at: coach, method: 'POST', path: /\/approvals$/, send: button('Approve') },
  { name: 'reject on the page of a user', at: coach, method: 'POST', path: /\/approvals$/, open: click('Reject…'), typed: [[field('Reason'), 'No licence.']], send: inDialog('Reject') },
  { name: 'approve in the queue', at: queue, method: 'POST', path: /\/approvals$/, send: (page) => page.getByRole('button', { name: 'Approve: carl' }), closes: true, busy: (page) => page.getByRole('link', { name: 'cora' }) },
  { name: 'reject many in the queue', at: queue, method: 'POST', path: /\/approvals$/, open: async (page) => { for (const name of [/carl/, /cora/]) await page.getByRole('checkbox', { name }).check(); await click('Reject 2…')(page); }, typed: [[field('Reason'), 'No licence.']], send: inDialog(/^Reject 2/), closes: true },
  { name: 'invite people', at: (tenant) => `tenants/${tenant.slug}/users?invite=true`, method: 'POST', path: /\/users$/, typed: [[field('People'), 'ann@example.com']], send: inDialog('Invite 1 person') },
  { name: 'send an invitation again', at: invited('invitations'), method: 'POST', path: /\/invitation$/, send: button('Send the invitation of ida again') },
  { name: 'take an invitation back', at: invited('invitations'), method: 'DELETE', path: /\/invitation$/, open: click('Take the invitation of ida back'), send: inDialog('Take the invitation back') },
  { name: 'send an invitation again on the page of a user', at: invited('users/1'), method: 'POST', path: /\/invitation$/, send: button('Send the invitation again') },
  { name: 'take an invitation back on the page of a user', at: invited('users/1'), method: 'DELETE', path: /\/invitation$/, open: click('Actions', 'Take the invitation back'), send: inDialog('Take the invitation back') },
  { name: 'import', at: (tenant) => `tenants/${tenant.slug}/users?import=true`, method: 'POST', path: /\/imports\?dry_run=false/, open: choose, send: inDialog('Import 1 user') },
  { name: 'disable all who match', at: two, method: 'POST', path: /\/runs$/, open: click('All who match', 'Disable…'), send: inDialog('Disable 2') },
  { name: 'approve all who match', at: queue, method: 'POST', path: /\/approvals\/runs$/, stage: more, open: click('Approve all…'), send: inDialog('Approve all 2') },
  { name: 'reject all who match', at: queue, method: 'POST', path: /\/approvals\/runs$/, stage: more, open: click('Reject all…'), typed: [[field('Reason'), 'No licence.']], send: inDialog('Reject 2') },
  { name: 'move those ticked', at: everybody, method: 'PATCH', path: me, open: async (page) => (await tick(page), await click('Move to group')(page)), send: item('coach'), closes: true, busy: progress },
  { name: 'sign those ticked out', at: everybody, method: 'DELETE', path: /\/sessions$/, open: async (page) => (await tick(page), await click('More', 'Sign out everywhere')(page)), send: inDialog('Sign out everywhere'), closes: true, busy: progress },
  { name: 'erase those ticked', at: everybody, method: 'DELETE', path: me, open: async (page) => (await tick(page), await click('More', 'Delete')(page)), send: inDialog('Delete'), closes: true, busy: progress },
  { name: 'export', at: everybody, method: 'GET', path: /\/users\?.*limit=200/, open: click('Export'), send: item(/^As CSV/), closes: true },
  { name: 'a new group', at: (tenant) => `tenants/${tenant.slug}/groups?edit=new`, method: 'POST', path: /\/groups$/, typed: [[field('Name'), 'referees']], send: inDialog('Create group'), fields: [['name', field('Name')]] },
  { name: 'a group', at: group, method: 'PATCH', path: /\/groups\/\d+$/, open: (page) => page.getByRole('link', { name: 'referees' }).click(), typed: [[field('Name'), 'judges']], send: inDialog('Save'), fields: [['name', field('Name')]] },
  { name: 'delete a group', at: group, method: 'DELETE', path: /\/groups\/\d+$/, open: click('Delete referees'), send: inDialog('Delete') },
  { name: 'add a manager', at: async (tenant) => (await managed(tenant), await tenant.user('noah'), `tenants/${tenant.slug}/groups?managers=2`), method: 'PUT', path: /\/managers\/\d+$/, open: (page) => page.getByRole('combobox', { name: 'Add a manager' }).fill('noah'), send: (page) => page.getByRole('option', { name: /noah/ }), closes: true, busy: (page) => dialog(page).locator('input[disabled]') },
  { name: 'remove a manager', at: managed, method: 'DELETE', path: /\/managers\/\d+$/, open: click('Remove mia'), send: inDialog('Remove') },
];

async function choose(page: Page) {
  await dialog(page).locator('input[type=file]').setInputFiles({ name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from('id,email,first_name\n7,ann@example.com,Ann\n') });
}

/** As if mia had a picture. */
async function pictured(page: Page) {
  const issuer = 'https://id.example.com';
  await amend<object>(page, /\/users\/1$/, (user) => ({ ...user, avatar: `${issuer}/pictures/mia.png` }));
  await amend<object>(page, /\/tenants\/[^/]+$/, (tenant) => ({ ...tenant, issuer }));
  await page.route(/\/users\/1\/picture$/, (route) => route.fulfill({ status: 204 }));
}

/** As if mia signed in by Google, too. */
async function connected(page: Page) {
  const google = { id: 's1', provider: 'google', email: 'mia@gmail.example', connected_at: new Date().toISOString(), last_login_at: null, last_way_in: false };
  await amend(page, /\/users\/1\/social$/, () => ({ data: [google] }));
  await page.route(/\/social\/s1$/, (route) => route.fulfill({ status: 204 }));
}

/** As if there were a second page of applicants. */
async function more(page: Page) {
  await amend<object>(page, /\/users$/, (body) => ({ ...body, next_cursor: 'more' }));
}
