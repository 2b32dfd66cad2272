import { describe, expect, it } from 'vitest';
import { contractNames, hintOf, labelOf, paths, shown, tabOf, tabs, words } from './fields';

describe('settings', () => {
  it('each have a name and say what they do', () => {
    expect(paths.filter((path) => labelOf(path) === path || hintOf(path) === undefined)).toEqual([]);
    expect(contractNames.filter((name) => !words(`settings.contract.${name}`) || !words(`settings.contract.${name}-about`))).toEqual([]);
    expect(tabs.filter((tab) => !words(`settings.tab.${tab}`))).toEqual([]);
  });

  it('are found on their tab', () => {
    expect(tabOf('password.min_length')).toBe('accounts');
    expect(tabOf('contracts.drfuser.otp_length')).toBe('contracts');
    expect(tabOf('smtp.host')).toBe('sending');
    expect(tabOf('origins')).toBe('addresses');
  });

  it('are told in words, and secrets are not', () => {
    expect(shown('registration.open', false)).toBe('off');
    expect(shown('lifetimes.access_seconds', 900)).toBe('15 minutes');
    expect(shown('lifetimes.access_seconds', 86_400)).toBe('1 day');
    expect(shown('smtp.password', 'plum-orbit')).toBe('••••••');
    expect(shown('email.verification', 'mandatory')).toBe('Needed to sign in');
    expect(shown('approval.required_for', ['coach'])).toBe('Coaches');
  });
});
