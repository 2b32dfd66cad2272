import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { answer, api } from '../../api/client';
import { overviewQuery } from '../../api/queries';
import { settingsQuery } from '../../api/settings';

/** How often an open page looks again whether a step is done; in milliseconds. */
export const pace = 5_000;

export const sentQuery = (slug: string) =>
  queryOptions({
    queryKey: ['tenant', slug, 'start', 'mails'],
    queryFn: async ({ signal }) => {
      const look = (state: 'sent' | 'failed') =>
        answer(api.GET('/admin/v1/tenants/{slug}/deliveries', { params: { path: { slug }, query: { state, channel: 'email', limit: 1 } }, signal }));
      const [sent, failed] = await Promise.all([look('sent'), look('failed')]);
      return { sent: sent.data[0], failed: failed.data[0] };
    },
  });

export const keysQuery = (slug: string) =>
  queryOptions({
    queryKey: ['tenant', slug, 'start', 'keys'],
    queryFn: ({ signal }) => answer(api.GET('/admin/v1/tenants/{slug}/keys', { params: { path: { slug } }, signal })),
    select: ({ data }) => data,
  });

export function makeKey(slug: string, kind: 'publishable' | 'secret', name: string) {
  return answer(api.POST('/admin/v1/tenants/{slug}/keys', { params: { path: { slug } }, body: { kind, name } }));
}

export function load(queries: QueryClient, slug: string) {
  void queries.prefetchQuery(overviewQuery(slug));
  void queries.prefetchQuery(settingsQuery(slug));
  void queries.prefetchQuery(sentQuery(slug));
  void queries.prefetchQuery(keysQuery(slug));
}
