import { expect, it } from 'vitest';
import { exact, relative } from './dates';

const now = new Date('2026-03-10T12:00:00Z');
const before = (seconds: number) => new Date(now.getTime() - seconds * 1000).toISOString();

it.each([
  [0, 'now'],
  [44, 'now'],
  [45, '1 minute ago'],
  [90, '2 minutes ago'],
  [59 * 60, '59 minutes ago'],
  [60 * 60, '1 hour ago'],
  [23 * 3600, '23 hours ago'],
  [24 * 3600, 'yesterday'],
  [27 * 86400, '27 days ago'],
  [-90, 'in 2 minutes'],
  [-3 * 86400, 'in 3 days'],
])('%d seconds before now is %s', (seconds, words) => {
  expect(relative(before(seconds), now)).toBe(words);
});

it('names the day once it is far away', () => {
  expect(relative('2026-01-05T12:00:00Z', now)).toBe('Jan 5, 2026');
});

it('gives the exact time with its zone', () => {
  expect(exact('2026-01-05T12:00:00Z')).toMatch(/January \d, 2026.*\d:\d\d:\d\d.*[A-Z]/);
});
