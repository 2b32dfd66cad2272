import type { Page } from '@playwright/test';
import type { Tenant } from '../keyhall';
import type { Act } from './act';
import { amend } from './server';
import { button, click, field, inDialog, labelled } from './parts';

// What a tenant says and how it looks: settings, messages, deliveries, branding.

const room = (name: string) => (tenant: Tenant) => `tenants/${tenant.slug}/${name}`;
const message = 'messages/email/verify_email/en';
const text = (page: Page) => page.getByRole('textbox', { name: /^Text in/ });
const ownWords = async (tenant: Tenant) => {
  for (const word of ['One', 'Two']) await tenant.call('PUT', '/templates/email/verify_email/en', { subject: 'Hello', text: `${word}\n\n[Go]({link})` });
  return `tenants/${tenant.slug}/${message}`;
};
const google = async (tenant: Tenant) => {
  await tenant.call('PUT', '/social/google', { client_id: 'an-app', client_secret: 'a-secret' });
  return `tenants/${tenant.slug}/sign-in?tab=social&provider=google`;
};
/** A message of a state that is seldom met, which a real one can hardly be brought into in a moment. */
const delivery = (state: 'failed' | 'pending') => async (page: Page) => {
  await amend<{ data?: object[] }>(page, /\/deliveries(\/[^/]+)?$/, (body) => (body.data ? { ...body, data: body.data.map((one) => ({ ...one, state })) } : { ...body, state }));
  await page.route(/\/deliveries\/[^/]+\/(resend|cancel)$/, (route) => route.fulfill({ status: 204 }));
};
const mail = async (tenant: Tenant) => {
  await tenant.coach('mia');
  return `tenants/${tenant.slug}/deliveries`;
};
const openMail = (page: Page) => page.getByRole('link', { name: 'Confirm the e-mail address' }).first().click();
const settings = { method: 'PATCH', path: /\/settings$/, send: button('Save 1 change') };

export const words: Act[] = [
  { name: 'sign-in settings', at: room('sign-in'), ...settings, typed: [[labelled('Shortest length'), '12']], fields: [['password.min_length', labelled('Shortest length')]] },
  { name: 'a mail server', at: room('sign-in?tab=sending'), ...settings, send: button('Save 3 changes'), open: (page) => page.getByRole('switch', { name: 'Use a mail server of our own' }).click(), typed: [[(page) => page.getByLabel('Host'), 'smtp.example.com']], fields: [['smtp.host', (page) => page.getByLabel('Host')]] },
  { name: 'a test mail', at: room('sign-in?tab=sending'), method: 'POST', path: /\/smtp\/test$/, open: click('Send a test…'), typed: [[field('E-mail address'), 'ops@example.com']], send: inDialog('Send'), fields: [['to', field('E-mail address')]] },
  { name: 'a text message to try', at: room('sign-in?tab=sending'), method: 'POST', path: /\/templates\/sms\/otp\/en\/test$/, open: click('Send a text message…'), typed: [[field('Mobile number'), '+441632960124']], send: inDialog('Send'), fields: [['to', field('Mobile number')]] },
  { name: 'a social provider', at: google, ...settings, typed: [[(page) => page.getByLabel('Client ID'), 'another-app'], [(page) => page.getByLabel('Client secret'), 'another-secret']], send: button('Save 2 changes'), fields: [['social.providers.google.client_id', (page) => page.getByLabel('Client ID')]] },
  { name: 'a look at a social provider', at: google, method: 'POST', path: /\/social\/google\/test$/, stage: looked, send: button('Test Google') },
  { name: 'remove a social provider', at: google, method: 'DELETE', path: /\/social\/google$/, open: click('Remove'), send: inDialog('Remove') },
  { name: 'branding', at: room('branding'), ...settings, typed: [[labelled('Name'), 'Harbour']], fields: [['branding.name', labelled('Name')]] },
  { name: 'a logo', at: room('branding'), ...settings, typed: [[labelled('Logo'), 'https://cdn.example.com/logo.png']], fields: [['branding.logo_url', labelled('Logo')]] },
  { name: 'a message', at: room(message), method: 'PUT', path: /\/templates\/email\/verify_email\/en$/, typed: [[text, 'Ahoy\n\n[Go]({link})']], send: button('Save and use'), fields: [['text', text]] },
  { name: 'a test of a message', at: room(message), method: 'POST', path: /\/templates\/email\/verify_email\/en\/test$/, open: click('Send a test…'), typed: [[field('E-mail address'), 'ops@example.com']], send: inDialog('Send'), fields: [['to', field('E-mail address')]] },
  { name: 'an old version of a message', at: ownWords, method: 'POST', path: /\/restore$/, open: async (page) => (await click('Versions')(page), await page.getByRole('button', { name: /Version 1/ }).click()), send: inDialog('Go back to version 1') },
  { name: 'a message as shipped', at: ownWords, method: 'DELETE', path: /\/templates\/email\/verify_email\/en$/, open: click('Versions', 'Use as shipped…'), send: inDialog('Use as shipped') },
  { name: 'send a message again', at: mail, method: 'POST', path: /\/resend$/, stage: delivery('failed'), open: openMail, send: inDialog('Send again') },
  { name: 'withdraw a message', at: mail, method: 'POST', path: /\/cancel$/, stage: delivery('pending'), open: async (page) => (await openMail(page), await inDialog('Withdraw')(page).click()), send: (page) => page.getByRole('dialog', { name: /^Withdraw/ }).getByRole('button', { name: 'Withdraw' }) },
  { name: 'a test mail of the first steps', at: room('start'), method: 'POST', path: /\/smtp\/test$/, open: click('Mail delivered'), send: (page) => page.getByRole('button', { name: /^Send a test to/ }) },
  { name: 'a key of the first steps', at: room('start'), method: 'POST', path: /\/keys$/, open: click('Call from your server'), send: button('Make a secret key and fill it in') },
];

/** As if Google had been asked. */
async function looked(page: Page) {
  await page.route(/\/social\/google\/test$/, (route) => route.fulfill({ json: { works: true, checks: [] } }));
}
