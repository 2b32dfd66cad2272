import { describe, expect, it } from 'vitest';
import { applies, tally, undoOf } from './decisions';
import { t } from './i18n';
import { en } from './messages/en';
import { displayName, handle } from './people';
import { obstacle } from './powers';
import * as search from './search';
import { slugFrom } from './slug';
import { device } from './user-agent';

describe('i18n', () => {
  it('fills in names and numbers, and picks the plural', () => {
    expect(t('copy.do', { what: 'id' })).toBe('Copy id');
    expect(t('groups.count', { count: 1 })).toBe('1 member');
    expect(t('groups.count', { count: 1840 })).toBe('1,840 members');
  });

  it('puts texts of people in as they are', () => {
    expect(t('user.enabled', { name: '{count} <b>$&' })).toBe('{count} <b>$& can sign in again.');
  });

  it('has words for every key', () => {
    const texts = Object.values(en).flatMap((message) => (typeof message === 'string' ? [message] : Object.values(message)));
    expect(texts.filter((text) => text.trim() === '')).toEqual([]);
  });
});

describe('decisions', () => {
  it('apply where they change something', () => {
    expect(applies('approve', 'pending')).toBe(true);
    expect(applies('approve', 'approved')).toBe(false);
    expect(applies('pending', 'rejected')).toBe(true);
    expect(applies('reject', 'not_required')).toBe(false);
  });

  it('are undone when all came from one state', () => {
    expect(undoOf(['pending', 'pending'])).toBe('pending');
    expect(undoOf(['approved'])).toBe('approve');
    expect(undoOf(['pending', 'rejected'])).toBeUndefined();
    expect(undoOf([])).toBeUndefined();
  });

  it('are counted by what really became of them', () => {
    const results = [
      { user_id: 7, outcome: 'changed' },
      { user_id: 8, outcome: 'unchanged' },
      { user_id: 9, outcome: 'failed', error: { code: 'not_found', title: 'There is nothing here.' } },
    ] as const;
    expect(tally([...results])).toEqual({ changed: [7], unchanged: [8], failed: [{ id: 9, why: 'There is nothing here.' }] });
  });
});

describe('search', () => {
  it('keeps what is known and drops the rest', () => {
    expect(search.usersSearch({ q: 'mia', status: 'pending', group: 'coach', cursor: '6', page: 2 })).toEqual({ q: 'mia', status: 'pending', group: 'coach', cursor: '6', page: 2 });
    expect(search.usersSearch({ q: '', status: 'asleep', group: {}, cursor: null, page: -1, evil: 'x' })).toEqual({});
    expect(search.usersSearch({ q: 123 })).toEqual({ q: '123' });
    expect(search.approvalsSearch({ open: '7' })).toEqual({});
    expect(search.groupsSearch({ edit: 'new' })).toEqual({ edit: 'new' });
  });

  it.each(['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)', '', 7])('never leads to %j after signing in', (address) => {
    expect(search.signInSearch({ return: address })).toEqual({});
  });

  it('leads back to where one was', () => {
    expect(search.signInSearch({ return: '/tenants/acme/users?q=mia' })).toEqual({ return: '/tenants/acme/users?q=mia' });
  });
});

it('makes slugs of names', () => {
  expect(['Café Müller & Co.', '  Acme  ', '東京', 'A'.repeat(39) + ' B'].map(slugFrom)).toEqual(['cafe-muller-co', 'acme', '', 'a'.repeat(39)]);
});

it('calls people by name', () => {
  const mia = { first_name: 'Mia', last_name: 'Wong', username: 'mia', email: 'mia@example.com' };
  expect([displayName(mia), handle(mia)]).toEqual(['Mia Wong', '@mia · mia@example.com']);
  const bare = { ...mia, first_name: '', last_name: '', email: null };
  expect([displayName(bare), handle(bare)]).toEqual(['mia', '']);
});

it('says why a role does not reach', () => {
  const person = (role: 'owner' | 'approver' | 'viewer', operator = false) => ({ operator, tenants: [{ slug: 'acme', role }] });
  expect(obstacle(person('owner'), 'acme', 'manage')).toBeUndefined();
  expect(obstacle(person('approver'), 'acme', 'decide')).toBeUndefined();
  expect(obstacle(person('approver'), 'acme', 'manage')).toMatch(/role/);
  expect(obstacle(person('viewer'), 'acme', 'decide')).toMatch(/role/);
  expect(obstacle(person('owner'), 'other', 'manage')).toMatch(/role/);
  expect(obstacle(person('viewer', true), 'other', 'manage')).toBeUndefined();
});

it.each([
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0', 'Edge · Windows'],
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Mobile/15E148 Safari/604.1', 'Safari · iPhone'],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox · Linux'],
  ['okhttp/4.12.0', 'okhttp/4.12.0'],
  ['curl/8.5.0 (x86_64)', 'curl/8.5.0'],
  ['', ''],
])('recognises %s', (agent, name) => {
  expect(device(agent)).toBe(name);
});
