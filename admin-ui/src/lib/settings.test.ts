import { describe, expect, it } from 'vitest';
import { edit, edited, editSection, patchOf } from './settings';

const saved = { password: { min_length: 8 }, origins: ['https://a.example'], smtp: { host: 'mail.example', port: 25 }, sms: { provider: null } };

describe('edits', () => {
  it('are none when they say what is saved', () => {
    const changed = edit(saved, {}, 'password.min_length', 12);
    expect(changed).toEqual({ 'password.min_length': 12 });
    expect(edit(saved, changed, 'password.min_length', 8)).toEqual({});
    expect(edit(saved, {}, 'origins', ['https://a.example'])).toEqual({});
    expect(edit(saved, { 'sms.provider.url': 'x' }, 'sms.provider.url', '')).toEqual({});
  });

  it('show through', () => {
    expect(edited(saved, { 'password.min_length': 12 }, 'password.min_length')).toBe(12);
    expect(edited(saved, {}, 'smtp.host')).toBe('mail.example');
    expect(edited(saved, { smtp: null }, 'smtp.host')).toBeUndefined();
    expect(edited(saved, {}, 'sms.provider.name')).toBeUndefined();
  });

  it('take a section away, put it back, and put a new one in place', () => {
    const gone = editSection(saved, { 'smtp.port': 26 }, 'smtp', null);
    expect(gone).toEqual({ smtp: null });
    expect(editSection(saved, gone, 'smtp', { host: 'mail.example', port: 587 })).toEqual({ 'smtp.port': 587 });
    expect(editSection(saved, {}, 'sms.provider', { name: 'twilio' })).toEqual({ 'sms.provider.name': 'twilio' });
    expect(editSection(saved, { 'sms.provider.name': 'twilio' }, 'sms.provider', null)).toEqual({});
  });

  it('become a merge patch', () => {
    expect(patchOf({ 'password.min_length': 12, 'contracts.coach.enabled': false, 'contracts.restauth.enabled': true, smtp: null })).toEqual({
      password: { min_length: 12 },
      contracts: { coach: { enabled: false }, restauth: { enabled: true } },
      smtp: null,
    });
  });
});
