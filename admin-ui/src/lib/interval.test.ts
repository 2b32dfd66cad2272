import { describe, expect, it } from 'vitest';
import { intervalOf, shift } from './interval';
import { change, scaleTop } from './numbers';

describe('intervalOf', () => {
  const now = '2026-03-01';
  it.each([
    [{}, '2026-01-31', now],
    [{ days: 7 as const }, '2026-02-23', now],
    [{ from: '2026-02-01', to: '2026-02-10' }, '2026-02-01', '2026-02-10'],
    [{ from: '2026-02-10', to: '2026-02-01' }, '2026-02-01', '2026-02-10'],
    [{ from: '2026-02-10' }, '2026-02-10', now],
    [{ to: '2026-02-10' }, '2026-01-12', '2026-02-10'],
    [{ from: '2020-01-01' }, '2025-03-01', now],
  ])('reads %j', (search, from, to) => {
    expect(intervalOf(search, now)).toEqual({ from, to });
  });

  it('goes over the ends of months and years', () => {
    expect(shift('2024-02-28', 1)).toBe('2024-02-29');
    expect(shift('2026-01-01', -1)).toBe('2025-12-31');
  });
});

it('compares with before', () => {
  expect(change(12, 10)).toBe('+20%');
  expect(change(10, 10)).toBe('0%');
  expect(change(5, 0)).toBeUndefined();
});

it.each([
  [0, 4],
  [5, 6],
  [10, 10],
  [11, 20],
  [61, 80],
  [912, 1000],
])('a scale for %i ends at %i', (highest, top) => expect(scaleTop(highest)).toBe(top));
