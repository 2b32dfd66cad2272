import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '../../api/client';
import type { components } from '../../api/schema';

type Schemas = components['schemas'];
export type Key = Schemas['Key'];
export type NewKey = Schemas['NewKey'];
export type KeyKind = Schemas['KeyKind'];
export type SigningKey = Schemas['SigningKey'];
export type Domain = Schemas['Domain'];

export const keysQuery = (slug: string) =>
  queryOptions({
    queryKey: ['tenant', slug, 'keys'],
    queryFn: ({ signal }) => answer(api.GET('/admin/v1/tenants/{slug}/keys', { params: { path: { slug } }, signal })),
  });

export const signingKeysQuery = (slug: string) =>
  queryOptions({
    queryKey: ['tenant', slug, 'signing-keys'],
    queryFn: ({ signal }) => answer(api.GET('/admin/v1/tenants/{slug}/signing-keys', { params: { path: { slug } }, signal })),
  });

export const domainsQuery = (slug: string) =>
  queryOptions({
    queryKey: ['tenant', slug, 'domains'],
    queryFn: ({ signal }) => answer(api.GET('/admin/v1/tenants/{slug}/domains', { params: { path: { slug } }, signal })),
  });
