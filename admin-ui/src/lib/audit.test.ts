import { describe, expect, it } from 'vitest';
import { changes, facts, show } from './changes';
import { csv } from './csv';
import { startOf } from './dates';
import { auditSearch } from './search';

describe('a file for spreadsheets', () => {
  it('quotes every cell', () => {
    expect(csv([['a', 'say "hi"'], ['one,\ntwo', '']])).toBe('"a","say ""hi"""\r\n"one,\ntwo",""\r\n');
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1+1'])('holds no formula: %j', (text) => {
    expect(csv([[text]])).toBe(`"'${text}"\r\n`);
  });
});

describe('changes', () => {
  it('are taken apart down to the fields that differ', () => {
    const details = { from: { otp: { length: 6, tries: 3 }, open: true }, to: { otp: { length: 7, tries: 3 }, name: 'x', open: true }, smtp_changed: false };
    expect(changes(details)).toEqual([
      { field: 'otp.length', from: 6, to: 7 },
      { field: 'name', from: undefined, to: 'x' },
    ]);
    expect(facts(details)).toEqual([['smtp_changed', false]]);
  });

  it('may be of one value, or none', () => {
    expect(changes({ from: 'pending', to: 'approved' })).toEqual([{ field: '', from: 'pending', to: 'approved' }]);
    expect(changes({ from: ['a'], to: [] })).toEqual([{ field: '', from: ['a'], to: [] }]);
    expect(changes({ count: 3 })).toEqual([]);
  });

  it('are shown in a line', () => {
    expect([show(null), show(['a', 'b']), show(false), show({ a: 1 })]).toEqual(['', 'a, b', 'false', '{"a":1}']);
  });
});

describe('the address of the audit', () => {
  it('takes days that exist', () => {
    expect(auditSearch({ since: '2026-11-27', until: '2026-13-01', user: '7', action: 'user.*' })).toEqual({ since: '2026-11-27', action: 'user.*' });
  });

  it('means whole days here', () => {
    expect(new Date(startOf('2026-11-27')).getHours()).toBe(0);
    expect(new Date(startOf('2026-12-31', 1)).getFullYear()).toBe(2027);
  });
});
