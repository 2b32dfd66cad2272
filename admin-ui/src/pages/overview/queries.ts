import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { answer, api } from '../../api/client';
import type { components } from '../../api/schema';
import type { Interval } from '../../lib/interval';

export type Activity = components['schemas']['Activity'];
export type PlatformOverview = components['schemas']['PlatformOverview'];

/** Numbers of today grow while somebody looks at them. */
const fresh = { refetchInterval: 60_000, placeholderData: keepPreviousData };

export const activityQuery = (slug: string, query: Interval) =>
  queryOptions({
    queryKey: ['tenant', slug, 'activity', query],
    queryFn: ({ signal }) => answer(api.GET('/admin/v1/tenants/{slug}/activity', { params: { path: { slug }, query }, signal })),
    ...fresh,
  });

export const platformQuery = (query: Interval) =>
  queryOptions({
    queryKey: ['platform', 'overview', query],
    queryFn: ({ signal }) => answer(api.GET('/admin/v1/overview', { params: { query }, signal })),
    ...fresh,
  });
