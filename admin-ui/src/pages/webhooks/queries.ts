import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { answer, api } from '../../api/client';
import type { components } from '../../api/schema';
import type { WebhookSearch } from '../../lib/search';

type Schemas = components['schemas'];
export type Webhook = Schemas['Webhook'];
export type NewWebhook = Schemas['NewWebhook'];
export type EventType = Schemas['WebhookEventType'];
export type Delivery = Schemas['WebhookDelivery'];

export const webhooksQuery = (slug: string) =>
  queryOptions({
    queryKey: ['tenant', slug, 'webhooks'],
    queryFn: ({ signal }) => answer(api.GET('/admin/v1/tenants/{slug}/webhooks', { params: { path: { slug } }, signal })),
  });

export const webhookQuery = (slug: string, id: string) =>
  queryOptions({
    queryKey: ['tenant', slug, 'webhooks', id],
    queryFn: ({ signal }) => answer(api.GET('/admin/v1/tenants/{slug}/webhooks/{id}', { params: { path: { slug, id } }, signal })),
  });

/** What an endpoint was told. It is asked again while something is on its way. */
export const toldQuery = (slug: string, id: string, { state, cursor }: WebhookSearch) =>
  queryOptions({
    queryKey: ['tenant', slug, 'webhooks', id, 'deliveries', { state, cursor }],
    queryFn: ({ signal }) => answer(api.GET('/admin/v1/tenants/{slug}/webhooks/{id}/deliveries', { params: { path: { slug, id }, query: { state, cursor } }, signal })),
    refetchInterval: ({ state: { data } }) => (data?.data.some(({ state }) => state === 'pending') ? 3000 : false),
    placeholderData: keepPreviousData,
  });
