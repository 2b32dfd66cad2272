import { queryOptions } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { answer, api, rememberCsrf } from './client';
import { asApiError } from './errors';
import type { components } from './schema';

type Schemas = components['schemas'];
export type Admin = Schemas['AdminProfile'];
export type Role = Schemas['AdminRole'];
export type Credentials = Schemas['AdminCredentials'];

/** Who is signed in in this browser. A 401 error means nobody. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async () => remember(await answer(api.GET('/admin/v1/auth/session'))),
  staleTime: Infinity, // asking again would make the tokens of other tabs worthless
  retry: false,
});

export async function openSession(body: Credentials) {
  return remember(await answer(api.POST('/admin/v1/auth/session', { body })));
}

/** Signs out. A session that has ended by itself is as good as closed. */
export async function closeSession() {
  try {
    await answer(api.DELETE('/admin/v1/auth/session'));
  } catch (error) {
    if (asApiError(error).status !== 401) throw error;
  }
  rememberCsrf(undefined);
}

/**
 * Takes up an invitation and signs in with the password chosen. The tokens of the answer are for
 * programs: here they only tell the address, and are given back.
 */
export async function acceptInvitation(body: Schemas['InvitationAcceptance']) {
  const { access_token } = await answer(api.POST('/admin/v1/invitations/accept', { body }));
  const headers = { Authorization: `Bearer ${access_token}` };
  const { email } = await answer(api.GET('/admin/v1/me', { headers }));
  const session = await openSession({ email, password: body.password });
  await answer(api.POST('/admin/v1/auth/logout', { headers }));
  return session;
}

const inside = getRouteApi('/inside');

/** For rooms behind the router's guard, where somebody is signed in. */
export function useAdmin(): Admin {
  return inside.useRouteContext({ select: ({ admin }) => admin });
}

export function remember(session: Schemas['AdminSession']) {
  rememberCsrf(session.csrf_token);
  return session;
}
