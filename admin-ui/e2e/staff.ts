import type { APIRequestContext, Browser, Page } from '@playwright/test';
import { keyhall } from './env';
import { expect, type Tenant } from './keyhall';

type Role = 'owner' | 'admin' | 'approver' | 'viewer';

/** A page of somebody who was invited to the tenant with a role, and is signed in. */
export async function staff(browser: Browser, request: APIRequestContext, tenant: Tenant, role: Role): Promise<Page> {
  const email = `${role}.${tenant.slug}@example.com`;
  await tenant.call('POST', '/admins', { email, role });
  return accepted(browser, request, email, `Some ${role}`);
}

/** A page of somebody who was invited to operate the platform, is no owner of it, and is signed in. */
export async function colleague(browser: Browser, request: APIRequestContext, owner: APIRequestContext, email: string): Promise<Page> {
  await post(owner, '/admin/v1/operators', { email, role: 'operator' });
  return accepted(browser, request, email, 'Some operator');
}

async function accepted(browser: Browser, request: APIRequestContext, email: string, name: string): Promise<Page> {
  const password = 'plum-orbit-candle-9';
  const token = await invitation(request, email);
  const context = await browser.newContext({ baseURL: `${keyhall}/admin/`, storageState: { cookies: [], origins: [] } });
  await post(context.request, '/admin/v1/invitations/accept', { token, name, password });
  await post(context.request, '/admin/v1/auth/session', { email, password });
  return context.newPage();
}

async function post(request: APIRequestContext, path: string, data: unknown) {
  const answer = await request.post(keyhall + path, { data });
  if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`);
}

/** The link of the mail that invited somebody; the worker sends it a moment after the invitation. */
export async function invitationLink(request: APIRequestContext, to: string): Promise<string> {
  let link = '';
  await expect
    .poll(async () => {
      const mails = (await (await request.get(`${keyhall}/dev/messages`, { params: { to } })).json()) as { data: { link?: string } }[];
      return (link = mails[0]?.data.link ?? '');
    })
    .toContain('/admin/invitation#token=');
  return link;
}

async function invitation(request: APIRequestContext, to: string): Promise<string> {
  const link = await invitationLink(request, to);
  return decodeURIComponent(link.split('#token=')[1] ?? '');
}
