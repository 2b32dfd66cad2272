import type { Page } from '@playwright/test';
import { type Tenant, unique } from '../keyhall';
import type { Act } from './act';
import { amend } from './server';
import { button, click, dialog, field, inDialog, item } from './parts';

// What programs get in by, and who administers: keys, domains, webhooks, the team of a tenant.

const room = (name: string) => (tenant: Tenant) => `tenants/${tenant.slug}/${name}`;
const key = async (tenant: Tenant) => {
  await tenant.call('POST', '/keys', { kind: 'secret', name: 'Backup' });
  return `tenants/${tenant.slug}/keys`;
};
const host = (tenant: Tenant) => `id.${tenant.slug}.example.com`;
const domain = async (tenant: Tenant) => {
  await tenant.call('PUT', `/domains/${host(tenant)}`);
  return `tenants/${tenant.slug}/keys`;
};
const endpoint = async (tenant: Tenant) => {
  const { id } = (await tenant.call('POST', '/webhooks', { url: 'http://127.0.0.1:9/hooks', events: ['user.created'], description: 'ours', active: true })) as { id: string };
  return `tenants/${tenant.slug}/webhooks/${id}`;
};
const tested = async (tenant: Tenant) => {
  const at = await endpoint(tenant);
  await tenant.call('POST', `/webhooks/${at.split('/').at(-1)}/test`);
  return at;
};
/** What is on its way counts as failed, so that it can be sent again. */
const failed = (page: Page) =>
  amend<{ data: object[] }>(page, /\/webhooks\/[^/]+\/deliveries$/, (body) => ({ ...body, data: body.data.map((one) => ({ ...one, state: 'failed' })) }));
const invited = async (tenant: Tenant) => {
  await tenant.call('POST', '/admins', { email: `ada.${tenant.slug}@example.com`, role: 'viewer' });
  return `tenants/${tenant.slug}/team`;
};
const actions = /^Actions for ada/;
const role = async (page: Page) => {
  await click(actions, 'Change the role…')(page);
  await dialog(page).getByRole('radio', { name: 'Approver' }).check();
};
/** As if everybody had a second factor. */
const withFactor = async (page: Page) => {
  await amend<{ data: object[] }>(page, /\/admins$/, (body) => ({ ...body, data: body.data.map((one) => ({ ...one, second_factor: true })) }));
  await page.route(/\/admins\/[^/]+\/second-factor$/, (route) => route.fulfill({ status: 204 }));
};
const address = (page: Page) => dialog(page).getByRole('textbox', { name: 'Address' });

export const access: Act[] = [
  { name: 'a key', at: room('keys?make=key'), method: 'POST', path: /\/keys$/, typed: [[field('Name'), 'Nightly import']], send: inDialog('New key'), fields: [['name', field('Name')]] },
  { name: 'delete a key', at: key, method: 'DELETE', path: /\/keys\/[^/]+$/, open: click('Actions for Backup', 'Delete…'), send: inDialog('Delete') },
  { name: 'rotate the signing key', at: room('keys'), method: 'POST', path: /\/signing-keys\/rotate$/, open: click('Rotate…'), send: inDialog('Rotate') },
  { name: 'a domain', at: room('keys?make=domain'), method: 'PUT', path: /\/domains\/[^/]+$/, typed: [[field('Host name'), `${unique('id')}.example.com`]], send: inDialog('Add a domain'), fields: [['host', field('Host name')]] },
  { name: 'remove a domain', at: domain, method: 'DELETE', path: /\/domains\/[^/]+$/, open: click(/^Remove id\./), send: inDialog('Remove') },
  { name: 'an endpoint', at: room('webhooks?make=true'), method: 'POST', path: /\/webhooks$/, typed: [[address, 'http://127.0.0.1:9/hooks']], send: inDialog('New endpoint'), fields: [['url', address]] },
  { name: 'change an endpoint', at: endpoint, method: 'PATCH', path: /\/webhooks\/[^/]+$/, open: click('Change…'), typed: [[address, 'http://127.0.0.1:9/others']], send: inDialog('Save'), fields: [['url', address]] },
  { name: 'test an endpoint', at: endpoint, method: 'POST', path: /\/webhooks\/[^/]+\/test$/, send: button('Send a test') },
  { name: 'a new secret of an endpoint', at: endpoint, method: 'POST', path: /\/rotate$/, open: click('Rotate secret…'), send: inDialog('Rotate') },
  { name: 'delete an endpoint', at: endpoint, method: 'DELETE', path: /\/webhooks\/[^/]+$/, open: click('Delete…'), send: inDialog('Delete') },
  { name: 'send a call again', at: tested, method: 'POST', path: /\/deliveries\/[^/]+\/resend$/, stage: async (page) => (await failed(page), await page.route(/\/deliveries\/[^/]+\/resend$/, (route) => route.fulfill({ status: 204 }))), send: button('Send again') },
  { name: 'send many calls again', at: endpoint, method: 'POST', path: /\/webhooks\/[^/]+\/resend$/, open: click('Send many again…'), send: inDialog('Send again') },
  { name: 'invite an admin', at: room('team?invite=true'), method: 'POST', path: /\/admins$/, typed: [[field('E-mail address'), `${unique('eve')}@example.com`]], send: inDialog('Send the invitation'), fields: [['email', field('E-mail address')]] },
  { name: 'invite an admin again', at: invited, method: 'POST', path: /\/admins$/, open: click(actions), send: item('Send the invitation again'), closes: true },
  { name: 'change the role of an admin', at: invited, method: 'PATCH', path: /\/admins\/[^/]+$/, open: role, send: inDialog('Change the role') },
  { name: 'reset the second factor of an admin', at: invited, method: 'DELETE', path: /\/second-factor$/, stage: withFactor, open: click(actions, 'Reset the second factor…'), send: inDialog('Reset') },
  { name: 'remove an admin', at: invited, method: 'DELETE', path: /\/admins\/[^/]+$/, open: click(actions, 'Remove…'), send: inDialog('Remove') },
];
