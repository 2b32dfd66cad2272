import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '../../api/client';
import type { components } from '../../api/schema';

export type MySession = components['schemas']['AdminSessionEntry'];

export const factorQuery = queryOptions({
  queryKey: ['me', 'second-factor'],
  queryFn: ({ signal }) => answer(api.GET('/admin/v1/me/second-factor', { signal })),
});

export const mySessionsQuery = queryOptions({
  queryKey: ['me', 'sessions'],
  queryFn: ({ signal }) => answer(api.GET('/admin/v1/me/sessions', { signal })),
  select: ({ data }) => data,
});

export type Passkey = components['schemas']['Passkey'];

export const passkeysQuery = queryOptions({
  queryKey: ['me', 'passkeys'],
  queryFn: ({ signal }) => answer(api.GET('/admin/v1/me/passkeys', { signal })),
  select: ({ data }) => data,
});

export const platformQuery = queryOptions({
  queryKey: ['me', 'platform'],
  queryFn: ({ signal }) => answer(api.GET('/admin/v1/settings', { signal })),
});
