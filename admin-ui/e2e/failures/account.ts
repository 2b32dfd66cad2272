import { type Page, request } from '@playwright/test';
import { operator } from '../env';
import type { Tenant } from '../keyhall';
import { invitationLink } from '../staff';
import type { Act } from './act';
import { button, click, dialog, field, inDialog } from './parts';

// What an administrator does for himself. It is the account of all tests, so the server is stood in for: what it does is
// looked at in account.spec.ts.

const at = () => 'account';
const codes = ['aaaa-bbbb', 'cccc-dddd'];
const now = new Date().toISOString();
const key = { id: 'p1', name: 'Phone', created_at: now, last_used_at: null, synced: false, suspect_at: null };
const session = (id: string, current: boolean) => ({ id, kind: 'browser', current, ip: '192.0.2.1', user_agent: '', created_at: now, last_seen_at: now, last_used_at: now, expires_at: now });

async function factor(page: Page) {
  const of = (method: string, answer: object) => ({ method, answer });
  const stand = (path: RegExp, ...answers: { method: string; answer: object }[]) =>
    page.route(path, (route) => {
      const found = answers.find(({ method }) => method === route.request().method());
      return found ? route.fulfill(found.answer) : route.fallback();
    });
  const done = { status: 204 };
  await stand(/\/me\/second-factor$/, of('GET', { json: { since: now, passkeys: 1, recovery_codes_left: 8, demanded: false } }), of('DELETE', done));
  await stand(/\/me\/second-factor\/recovery-codes$/, of('POST', { json: { recovery_codes: codes } }));
  await stand(/\/me\/passkeys$/, of('GET', { json: { data: [key] } }));
  await stand(/\/me\/passkeys\/p1$/, of('PATCH', { json: { ...key, name: 'Tablet' } }), of('DELETE', done));
  await stand(/\/me\/sessions$/, of('GET', { json: { data: [session('s1', true), session('s2', false)] } }), of('DELETE', done));
  await stand(/\/me\/sessions\/s2$/, of('DELETE', done));
  await stand(/\/me\/password$/, of('POST', done));
  await stand(/\/admin\/v1\/settings$/, of('GET', { json: { operators_second_factor: false } }), of('PUT', { json: { operators_second_factor: true } }));
}

async function none(page: Page) {
  await page.route(/\/me\/second-factor$/, (route) =>
    route.fulfill({ json: route.request().method() === 'GET' ? { since: null, passkeys: 0, recovery_codes_left: 0, demanded: false } : { secret: 'ABCDEFGH', uri: 'otpauth://totp/Keyhall:me?secret=ABCDEFGH' } }),
  );
  // A passkey that this browser makes for nobody: an address is no name.
  const options = { rp: { id: 'keyhall.example', name: 'Keyhall' }, user: { id: 'AAAA', name: 'me', displayName: 'Me' }, challenge: 'AAAA', pubKeyCredParams: [-7, -257].map((alg) => ({ type: 'public-key', alg })) };
  await page.route(/\/me\/second-factor\/passkey$/, (route) => route.fulfill({ json: { attempt: 'a', options } }));
  await page.route(/\/me\/second-factor\/confirm$/, (route) => route.fulfill({ json: { recovery_codes: codes } }));
}

const password = (name: string) => (page: Page) => page.getByRole('region', { name: 'Password' }).getByLabel(name);
const current = (page: Page) => dialog(page).getByLabel('Current password');
const code = (page: Page) => dialog(page).getByRole('textbox', { name: 'Code', exact: true });
const proof: Act['typed'] = [[current, 'plum-orbit-candle-9'], [code, '123456']];

export const account: Act[] = [
  { name: 'the password', at, method: 'POST', path: /\/me\/password$/, stage: factor, typed: [[password('Current password'), 'plum-orbit-candle-9'], [password('New password'), 'plum-orbit-candle-8']], send: button('Change the password'), fields: [['new_password', password('New password')]] },
  { name: 'end a session of one’s own', at, method: 'DELETE', path: /\/me\/sessions\/s2$/, stage: factor, send: button('End') },
  { name: 'end all other sessions', at, method: 'DELETE', path: /\/me\/sessions$/, stage: factor, open: click('End all others'), send: inDialog('End all others') },
  { name: 'begin a second factor', at, method: 'POST', path: /\/me\/second-factor$/, stage: none, open: click('Set up an app'), typed: [[current, 'plum-orbit-candle-9']], send: inDialog('Next'), fields: [['password', current]] },
  { name: 'confirm a second factor', at, method: 'POST', path: /\/second-factor\/confirm$/, stage: none, open: enrol, typed: [[code, '123456']], send: inDialog('Turn it on'), fields: [['code', code]] },
  { name: 'remove the second factor', at, method: 'DELETE', path: /\/me\/second-factor$/, stage: factor, open: click('Remove…'), typed: proof, send: inDialog('Remove'), fields: [['code', code]] },
  { name: 'new recovery codes', at, method: 'POST', path: /\/recovery-codes$/, stage: factor, open: click('New recovery codes…'), typed: proof, send: inDialog('Make ten new codes'), fields: [['password', current]] },
  { name: 'begin a passkey', at, method: 'POST', path: /\/second-factor\/passkey$/, stage: none, open: click('Add a passkey'), typed: [[field('Name'), 'Phone'], [current, 'plum-orbit-candle-9']], send: inDialog('Next'), fields: [['password', current]] },
  { name: 'rename a passkey', at, method: 'PATCH', path: /\/passkeys\/p1$/, stage: factor, open: click('Rename Phone'), typed: [[field('Name'), 'Tablet']], send: inDialog('Rename'), fields: [['name', field('Name')]] },
  { name: 'remove a passkey', at, method: 'DELETE', path: /\/passkeys\/p1$/, stage: factor, open: click('Remove Phone…'), typed: proof, send: inDialog('Remove'), fields: [['code', code]] },
  { name: 'demand a second factor of operators', at, method: 'PUT', path: /\/admin\/v1\/settings$/, stage: factor, send: (page) => page.getByRole('switch', { name: /^Demand a second factor/ }), busy: (page) => page.getByRole('switch', { name: /^Demand/, disabled: true }) },
];

async function enrol(page: Page) {
  await click('Set up an app')(page);
  await current(page).fill('plum-orbit-candle-9');
  await inDialog('Next')(page).click();
}

async function invitation(tenant: Tenant) {
  const email = `ada.${tenant.slug}@example.com`;
  await tenant.call('POST', '/admins', { email, role: 'viewer' });
  const context = await request.newContext();
  const link = await invitationLink(context, email);
  await context.dispose();
  return link;
}

/** What is done before one is signed in. */
export const doors: Act[] = [
  { name: 'sign in', at: () => 'sign-in', method: 'POST', path: /\/auth\/session$/, typed: [[(page) => page.getByLabel('E-mail address'), operator.email], [(page) => page.getByLabel('Password', { exact: true }), operator.password]], send: button('Sign in'), fields: [['email', (page) => page.getByLabel('E-mail address')]] },
  { name: 'accept an invitation', at: invitation, method: 'POST', path: /\/invitations\/accept$/, typed: [[(page) => page.getByLabel('Name'), 'Ada'], [(page) => page.getByLabel('New password'), 'plum-orbit-candle-9']], send: button('Accept the invitation'), fields: [['password', (page) => page.getByLabel('New password')]] },
];
