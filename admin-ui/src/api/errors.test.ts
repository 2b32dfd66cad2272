import { describe, expect, it } from 'vitest';
import { ApiError, asApiError, describe as words, errorFrom, forForm, unreachable, worthRetrying } from './errors';

const taken = {
  type: '/docs/errors#email_taken',
  title: 'Conflict',
  status: 409,
  detail: 'There is already an account with this e-mail address.',
  code: 'email_taken',
  errors: [{ field: 'email', code: 'email_taken', message: 'There is already an account with this e-mail address.' }],
  request_id: '01J9Z6V0QK',
};

describe('errorFrom', () => {
  it('reads a problem', () => {
    const error = errorFrom(409, taken);
    expect(error).toMatchObject({ status: 409, code: 'email_taken', requestId: '01J9Z6V0QK' });
    expect(error.message).toBe(taken.detail);
    expect(error.fields).toEqual(taken.errors);
  });

  it.each([undefined, null, '', '<html>Bad gateway</html>', [], 7, { errors: 'none', code: 5 }])('makes sense of %j, with the id of the header', (body) => {
    expect(errorFrom(502, body, 'from-header')).toMatchObject({ status: 502, code: 'http_502', fields: [], requestId: 'from-header' });
  });

  it('drops entries that are not about fields', () => {
    expect(errorFrom(400, { errors: [null, {}, { field: 'slug' }, { field: 'slug', code: 'x', message: 'No.' }] }).fields).toHaveLength(1);
  });
});

describe('forForm', () => {
  it('gives messages to the fields that are shown', () => {
    expect(forForm(errorFrom(409, taken), ['email', 'name'])).toEqual({ fields: { email: taken.detail }, rest: false });
  });

  it('leaves the rest to be said above', () => {
    expect(forForm(errorFrom(409, taken), ['name'])).toEqual({ fields: {}, rest: true });
    expect(forForm(errorFrom(503, { code: 'busy' }), ['name'])).toEqual({ fields: {}, rest: true });
  });

  it('joins what is said about one field', () => {
    const errors = [
      { field: 'password', code: 'a', message: 'Too short.' },
      { field: 'password', code: 'b', message: 'Too common.' },
    ];
    expect(forForm(errorFrom(400, { errors }), ['password']).fields).toEqual({ password: 'Too short. Too common.' });
  });
});

describe('words for an error', () => {
  it('come from the catalogue, else the server, else the status', () => {
    expect(words(new ApiError(401, 'bad_credentials', 'These credentials are not right.'))).toBe('The e-mail address or the password is not right.');
    expect(words(new ApiError(409, 'slug_taken', 'There is already a tenant with this slug.'))).toBe('There is already a tenant with this slug.');
    expect(words(errorFrom(500, undefined))).toMatch(/went wrong on the server/);
    expect(words(unreachable())).toMatch(/cannot be reached/);
    expect(words(asApiError(new Error('x is not a function')))).toBe('Something went wrong.');
  });
});

it('retries what may pass, never a no', () => {
  expect([0, 502, 503, 504].map((status) => worthRetrying(new ApiError(status, '', '')))).not.toContain(false);
  expect([400, 401, 403, 404, 409, 429, 500].map((status) => worthRetrying(new ApiError(status, '', '')))).not.toContain(true);
});
