/**
 * The only way to the API. Adds the anti-forgery token, turns every failure into an ApiError,
 * and tells the app when the session is over.
 */
import createClient, { type Middleware } from 'openapi-fetch';
import { locale } from '../lib/i18n';
import { errorFrom, unreachable } from './errors';
import type { paths } from './schema';

type Answer<T> = { data?: T; error?: unknown; response: Response };

type SessionWatch = {
  /** An answer was 401: nobody is signed in any more. */
  ended: () => void;
  /** An answer was 403 until the person has a second factor. */
  enrol: () => void;
  /** The token is not the newest. Gets a new one; true when the same person is still signed in. */
  renew: () => Promise<boolean>;
};

// Held in memory only: a page that is not ours cannot read it, and a reload asks the server again.
let csrfToken: string | undefined;
let session: SessionWatch = { ended: () => {}, enrol: () => {}, renew: () => Promise.resolve(false) };

export function rememberCsrf(token: string | undefined) {
  csrfToken = token;
}

export function watchSession(watch: SessionWatch) {
  session = watch;
}

// A body can be read once, so what may have to be sent again is kept until the answer is there.
const copies = new Map<string, Request>();

const guard: Middleware = {
  onRequest({ request, id }) {
    request.headers.set('Accept-Language', locale); // mails that a request causes speak as the page does
    if (safe(request.method)) return request;
    copies.set(id, request.clone());
    return signed(request);
  },
  async onResponse({ response, schemaPath, id }) {
    const copy = copies.get(id);
    copies.delete(id);
    if (response.status === 401 && !outsideSession(schemaPath)) session.ended();
    const refusal = await refused(response);
    if (refusal === 'second_factor_required') session.enrol();
    // Each tab that loads gets a token of its own, and only the newest counts.
    const again = copy && refusal === 'csrf_failed' && (await session.renew());
    return again ? fetch(signed(copy)) : response;
  },
  onError({ error, id }) {
    copies.delete(id);
    const cancelled = error instanceof DOMException && error.name === 'AbortError';
    return cancelled ? error : unreachable();
  },
};

export const api = createClient<paths>({
  baseUrl: window.location.origin,
  credentials: 'same-origin',
  fetch: (request) => fetch(request), // looked up at each call
});
api.use(guard);

/** The body of a success, or an ApiError thrown. A 204 gives undefined. */
export async function answer<T>(call: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await call;
  if (response.ok) return data as T;
  throw errorFrom(response.status, error, response.headers.get('X-Request-Id') ?? undefined);
}

function signed(request: Request): Request {
  if (csrfToken) request.headers.set('X-CSRF-Token', csrfToken);
  return request;
}

/** Why an answer is 403. */
async function refused(response: Response): Promise<string | undefined> {
  if (response.status !== 403) return undefined;
  const body: unknown = await response.clone().json().catch(() => undefined);
  return errorFrom(response.status, body).code;
}

/** Calls about signing in: their 401 is an answer, not the end of a session. */
function outsideSession(path: string): boolean {
  return path.startsWith('/admin/v1/auth/') || path === '/admin/v1/me';
}

function safe(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}
