import { queryOptions } from '@tanstack/react-query';
import { answer, api } from './client';
import type { components } from './schema';

export type Settings = components['schemas']['Settings'];
export type SettingsPatch = components['schemas']['SettingsPatch'];
export type SocialCheck = components['schemas']['SocialCheck'];

export const settingsQuery = (slug: string) =>
  queryOptions({
    queryKey: ['tenant', slug, 'settings'],
    queryFn: ({ signal }) => answer(api.GET('/admin/v1/tenants/{slug}/settings', { params: { path: { slug } }, signal })),
  });

export function patchSettings(slug: string, body: SettingsPatch) {
  return answer(api.PATCH('/admin/v1/tenants/{slug}/settings', { params: { path: { slug } }, body }));
}

export function testMail(slug: string, to: string) {
  return answer(api.POST('/admin/v1/tenants/{slug}/settings/smtp/test', { params: { path: { slug } }, body: { to } }));
}

/** Sends the shipped message with a code, and a code that opens nothing, to a mobile number. */
export function testText(slug: string, to: string) {
  const path = { slug, channel: 'sms' as const, kind: 'otp', locale: 'en' };
  return answer(api.POST('/admin/v1/tenants/{slug}/templates/{channel}/{kind}/{locale}/test', { params: { path }, body: { to } }));
}

/** Looks at a provider as it is saved, as far as that goes without anybody signing in. */
export function testProvider(slug: string, provider: string) {
  return answer(api.POST('/admin/v1/tenants/{slug}/social/{provider}/test', { params: { path: { slug, provider } } }));
}

export function removeProvider(slug: string, provider: string) {
  return answer(api.DELETE('/admin/v1/tenants/{slug}/social/{provider}', { params: { path: { slug, provider } } }));
}
