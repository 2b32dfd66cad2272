import { describe, expect, it } from 'vitest';
import { diff, type Part } from './diff';

const told = (parts: Part[]) => parts.map(({ kind, text }) => (kind === 'same' ? text : kind === 'gone' ? `[-${text}-]` : `[+${text}+]`)).join('');
const side = (parts: Part[], without: Part['kind']) => parts.filter(({ kind }) => kind !== without).map(({ text }) => text).join('');

describe('diff', () => {
  it.each([
    ['', '', ''],
    ['one', 'one', 'one'],
    ['', 'new', '[+new+]'],
    ['Hello {name?},\n\nwelcome.\n', 'Hi {name?},\n\nwelcome!\n', '[-Hello-][+Hi+] {name?},\n\nwelcome[-.-][+!+]\n'],
    ['a\nb\nc\n', 'a\nc\n', 'a\n[-b\n-]c\n'],
    ['請確認您的地址', '請確認你的地址', '請確認[-您-][+你+]的地址'],
    ['{link}', '{link?}', '[-{link}-][+{link?}+]'],
  ])('%j to %j', (before, after, expected) => {
    expect(told(diff(before, after))).toBe(expected);
  });

  it('keeps every character of both, whatever they are', () => {
    const pool = 'ab \n{x}你👩‍🚀é';
    for (let seed = 1; seed < 200; seed++) {
      const text = (n: number) => Array.from({ length: n % 23 }, (_, i) => pool[(seed * 7 + i * i * n) % pool.length]).join('');
      const [before, after] = [text(seed), text(seed * 3 + 5)];
      const parts = diff(before, after);
      expect([side(parts, 'new'), side(parts, 'gone')]).toEqual([before, after]);
    }
  });

  it('answers at once for the longest text there can be', () => {
    const before = Array.from({ length: 2000 }, (_, i) => `w${i}`).join(' ');
    const after = Array.from({ length: 2000 }, (_, i) => `x${i}`).join(' ');
    const begun = performance.now();
    diff(before, after);
    expect(performance.now() - begun).toBeLessThan(2000);
  });
});
