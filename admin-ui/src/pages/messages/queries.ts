import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { answer, api } from '../../api/client';
import { asApiError } from '../../api/errors';
import type { components } from '../../api/schema';

type Schemas = components['schemas'];
export type Message = Schemas['Message'];
export type Template = Schemas['Template'];
export type Channel = Schemas['DeliveryChannel'];
export type Wording = { subject: string; text: string };

/** Which wording of which message. */
export type Which = { slug: string; channel: Channel; kind: string; locale: string };

const base = '/admin/v1/tenants/{slug}/templates/{channel}/{kind}/{locale}';

export const messagesQuery = (slug: string) =>
  queryOptions({
    queryKey: ['tenant', slug, 'messages'],
    queryFn: ({ signal }) => answer(api.GET('/admin/v1/tenants/{slug}/templates', { params: { path: { slug } }, signal })),
  });

/** The wording in use; null where the message is not in this language yet. */
export const templateQuery = (which: Which) =>
  queryOptions({
    queryKey: ['tenant', which.slug, 'template', which],
    queryFn: async ({ signal }): Promise<Template | null> => {
      try {
        return await answer(api.GET(base, { params: { path: which }, signal }));
      } catch (error) {
        if (asApiError(error).status === 404) return null;
        throw error;
      }
    },
  });

export const versionsQuery = (which: Which) =>
  queryOptions({
    queryKey: ['tenant', which.slug, 'versions', which],
    queryFn: ({ signal }) => answer(api.GET(`${base}/versions`, { params: { path: which }, signal })),
  });

/** What would be sent; a draft that cannot be written is an error that names its fields. */
export const previewQuery = (which: Which, draft: Wording) =>
  queryOptions({
    queryKey: ['tenant', which.slug, 'preview', which, draft],
    queryFn: ({ signal }) => answer(api.POST(`${base}/preview`, { params: { path: which }, body: body(which, draft), signal })),
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 60_000,
  });

export function putTemplate(which: Which, draft: Wording) {
  return answer(api.PUT(base, { params: { path: which }, body: { text: draft.text, ...body(which, draft) } }));
}

export function resetTemplate(which: Which) {
  return answer(api.DELETE(base, { params: { path: which } }));
}

export function restoreVersion(which: Which, version: number) {
  return answer(api.POST(`${base}/restore`, { params: { path: which }, body: { version } }));
}

export function tryTemplate(which: Which, draft: Wording, to: string) {
  return answer(api.POST(`${base}/test`, { params: { path: which }, body: { to, ...body(which, draft) } }));
}

/** A text message has no subject. */
function body({ channel }: Which, { subject, text }: Wording): Partial<Wording> {
  return channel === 'email' ? { subject, text } : { text };
}
