// @vitest-environment jsdom
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { answer, api, rememberCsrf, watchSession } from './client';
import { ApiError } from './errors';

const answers = vi.fn<(request: Request) => Response | Promise<Response>>();
const ended = vi.fn();
const enrol = vi.fn();
const renew = vi.fn<() => Promise<boolean>>();

const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });
const token = (call: number) => answers.mock.calls[call]?.[0].headers.get('X-CSRF-Token');
const create = () => answer(api.POST('/admin/v1/tenants', { body: { slug: 'acme', name: 'Acme' } }));

beforeEach(() => {
  vi.stubGlobal('fetch', (request: Request) => Promise.resolve(answers(request)));
  watchSession({ ended, enrol, renew });
  rememberCsrf('old');
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetAllMocks();
});

it('sends the token with what changes something, and with nothing else', async () => {
  answers.mockImplementation(() => json(200, { data: [] }));
  await answer(api.GET('/admin/v1/tenants'));
  await create();
  expect([token(0), token(1)]).toEqual([null, 'old']);
});

it('says when the session is over, but not when a sign-in fails', async () => {
  answers.mockImplementation(() => json(401, { code: 'no_credentials' }));
  await expect(answer(api.POST('/admin/v1/auth/session', { body: { email: 'a@b.example', password: 'x' } }))).rejects.toMatchObject({ status: 401 });
  expect(ended).not.toHaveBeenCalled();
  await expect(answer(api.GET('/admin/v1/tenants'))).rejects.toBeInstanceOf(ApiError);
  expect(ended).toHaveBeenCalledOnce();
});

it('gets a new token when another tab made this one worthless, and sends the same body again', async () => {
  answers.mockImplementationOnce(() => json(403, { code: 'csrf_failed' })).mockImplementationOnce(() => json(201, { slug: 'acme' }));
  renew.mockImplementation(() => {
    rememberCsrf('new');
    return Promise.resolve(true);
  });
  await expect(create()).resolves.toEqual({ slug: 'acme' });
  expect([token(0), token(1)]).toEqual(['old', 'new']);
  expect(await answers.mock.calls[1]?.[0].json()).toEqual({ slug: 'acme', name: 'Acme' });
});

it('does nothing in the name of somebody else', async () => {
  answers.mockImplementation(() => json(403, { code: 'csrf_failed' }));
  renew.mockResolvedValue(false);
  await expect(create()).rejects.toMatchObject({ code: 'csrf_failed' });
  expect(answers).toHaveBeenCalledOnce();
});

it('tells a server that cannot be reached from one that refuses', async () => {
  answers.mockImplementation(() => Promise.reject(new TypeError('Failed to fetch')));
  await expect(create()).rejects.toMatchObject({ status: 0, code: 'unreachable' });
});

it('tells when nothing is open before there is a second factor', async () => {
  answers.mockImplementation(() => json(403, { code: 'second_factor_required' }));
  await expect(answer(api.GET('/admin/v1/tenants'))).rejects.toMatchObject({ code: 'second_factor_required' });
  expect(enrol).toHaveBeenCalledOnce();
  answers.mockImplementation(() => json(403, { code: 'not_allowed' }));
  await expect(create()).rejects.toMatchObject({ code: 'not_allowed' });
  expect(enrol).toHaveBeenCalledOnce();
});
