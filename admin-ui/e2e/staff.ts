import type { APIRequestContext, Browser, Page } from '@playwright/test';
import { keyhall } from './env';
import { expect, type Tenant } from './keyhall';

type Role = 'owner' | 'admin' | 'approver' | 'viewer';

/** A page of somebody who was invited to the tenant with a role, and is signed in. */
export async function staff(browser: Browser, request: APIRequestContext, tenant: Tenant, role: Role): Promise<Page> {
  const email = `${role}.${tenant.slug}@example.com`;
  const password = 'plum-orbit-candle-9';
  await tenant.call('POST', '/admins', { email, role });
  const token = await invitation(request, email);
  const context = await browser.newContext({ baseURL: `${keyhall}/admin/`, storageState: { cookies: [], origins: [] } });
  await post(context.request, '/admin/v1/invitations/accept', { token, name: `Some ${role}`, password });
  await post(context.request, '/admin/v1/auth/session', { email, password });
  return context.newPage();
}

async function post(request: APIRequestContext, path: string, data: unknown) {
  const answer = await request.post(keyhall + path, { data });
  if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`);
}

/** What the mail's link carries; the worker sends it a moment after the invitation. */
async function invitation(request: APIRequestContext, to: string): Promise<string> {
  let link = '';
  await expect
    .poll(async () => {
      const mails = (await (await request.get(`${keyhall}/dev/messages`, { params: { to } })).json()) as { data: { link?: string } }[];
      return (link = mails[0]?.data.link ?? '');
    })
    .toContain('#token=');
  return decodeURIComponent(link.split('#token=')[1] ?? '');
}
