/** Questions that more than one room asks. What only one room asks stands in its page. */
import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { answer, api } from './client';
import type { components } from './schema';

type Schemas = components['schemas'];
export type User = Schemas['User'];
export type Delivery = Schemas['Delivery'];
export type Group = Schemas['Group'];
export type Tenant = Schemas['Tenant'];
export type TenantSummary = Schemas['TenantSummary'];
export type UserStatus = Schemas['UserStatus'];

export type UserFilter = {
  q?: string;
  status?: UserStatus;
  group?: string;
  type?: Schemas['UserType'];
  verified?: 'true' | 'false';
  contract?: string;
  created_from?: string;
  created_until?: string;
  seen_from?: string;
  seen_until?: string;
  sort?: Schemas['UserSort'];
  cursor?: string;
};
export type TenantFilter = { q?: string; status?: Schemas['TenantStatus']; sort?: Schemas['TenantSort']; cursor?: string; limit?: number };

/** Everything known about a tenant hangs below this key, so that one call can make it all be asked again. */
const below = (slug: string, ...rest: unknown[]) => ['tenant', slug, ...rest] as const;

export const tenantsQuery = (query: TenantFilter) =>
  queryOptions({
    queryKey: ['tenants', query],
    queryFn: ({ signal }) => answer(api.GET('/admin/v1/tenants', { params: { query }, signal })),
  });

export const tenantQuery = (slug: string) =>
  queryOptions({
    queryKey: below(slug, 'tenant'),
    queryFn: ({ signal }) => answer(api.GET('/admin/v1/tenants/{slug}', { params: { path: { slug } }, signal })),
  });

export const overviewQuery = (slug: string) =>
  queryOptions({
    queryKey: below(slug, 'overview'),
    queryFn: ({ signal }) => answer(api.GET('/admin/v1/tenants/{slug}/overview', { params: { path: { slug } }, signal })),
  });

export const usageQuery = (slug: string) =>
  queryOptions({
    queryKey: below(slug, 'usage'),
    queryFn: ({ signal }) => answer(api.GET('/admin/v1/tenants/{slug}/usage', { params: { path: { slug } }, signal })),
  });

export const usersQuery = (slug: string, query: UserFilter) =>
  queryOptions({
    queryKey: below(slug, 'users', query),
    queryFn: ({ signal }) => answer(api.GET('/admin/v1/tenants/{slug}/users', { params: { path: { slug }, query }, signal })),
  });

export const userQuery = (slug: string, id: number) =>
  queryOptions({
    queryKey: below(slug, 'user', id),
    queryFn: ({ signal }) => answer(api.GET('/admin/v1/tenants/{slug}/users/{id}', { params: { path: { slug, id } }, signal })),
  });

export const groupsQuery = (slug: string, sort?: Schemas['GroupSort']) =>
  queryOptions({
    queryKey: below(slug, 'groups', ...(sort ? [sort] : [])),
    queryFn: ({ signal }) => answer(api.GET('/admin/v1/tenants/{slug}/groups', { params: { path: { slug }, query: { sort } }, signal })),
    select: ({ data }) => data,
  });

export const managersQuery = (slug: string, id: number) =>
  queryOptions({
    queryKey: below(slug, 'managers', id),
    queryFn: ({ signal }) => answer(api.GET('/admin/v1/tenants/{slug}/groups/{id}/managers', { params: { path: { slug, id } }, signal })),
    select: ({ data }) => data,
  });

/** Asks again what is shown of a tenant, after something in it has changed. */
export function refreshTenant(queries: QueryClient, slug: string) {
  return queries.invalidateQueries({ queryKey: below(slug) });
}
