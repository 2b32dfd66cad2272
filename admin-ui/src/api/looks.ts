import { queryOptions } from '@tanstack/react-query';
import { locale } from '../lib/i18n';
import { answer, api } from './client';
import { errorFrom, unreachable } from './errors';

const sample = { channel: 'email', kind: 'verify_email', locale: 'en' } as const;

/** A mail as it is sent now, with made-up values. */
export const mailLookQuery = (slug: string) =>
  queryOptions({
    queryKey: ['tenant', slug, 'look', 'mail'],
    queryFn: ({ signal }) =>
      answer(api.POST('/admin/v1/tenants/{slug}/templates/{channel}/{kind}/{locale}/preview', { params: { path: { slug, ...sample } }, body: {}, signal })),
  });

/** Where the hosted pages of a tenant are, at this very origin. */
export function pagesBase(slug: string): string {
  return `/t/${encodeURIComponent(slug)}/pages/`;
}

/** A hosted page as it is shown now. It only shows a form: nothing happens by asking for it. */
export const pageLookQuery = (slug: string) =>
  queryOptions({
    queryKey: ['tenant', slug, 'look', 'page'],
    queryFn: async ({ signal }) => {
      const address = `${pagesBase(slug)}verify-email?key=sample-key&lang=${locale}`;
      const page = await fetch(address, { signal, credentials: 'omit' }).catch(() => Promise.reject(unreachable()));
      if (!page.ok) throw errorFrom(page.status, undefined, page.headers.get('X-Request-Id') ?? undefined);
      return page.text();
    },
  });
