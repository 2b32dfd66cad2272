import { describe, expect, it } from 'vitest';
import { afterLeaving, meant, move, toggle } from './queue';

const ids = [40, 30, 20, 10];

describe('move', () => {
  it('starts at the top and stops at the ends', () => {
    expect(move(ids, undefined, 1)).toBe(40);
    expect(move(ids, 40, 1)).toBe(30);
    expect(move(ids, 40, -1)).toBe(40);
    expect(move(ids, 10, 1)).toBe(10);
  });

  it('starts anew when the current row is gone, and knows an empty queue', () => {
    expect(move(ids, 99, -1)).toBe(40);
    expect(move([], 40, 1)).toBeUndefined();
  });
});

describe('afterLeaving', () => {
  it('goes to the next that stays, at the end to the one before', () => {
    expect(afterLeaving(ids, [30], 30)).toBe(20);
    expect(afterLeaving(ids, [30, 20], 30)).toBe(10);
    expect(afterLeaving(ids, [20, 10], 10)).toBe(30);
    expect(afterLeaving(ids, ids, 30)).toBeUndefined();
  });

  it('stays where nothing left', () => {
    expect(afterLeaving(ids, [20], 40)).toBe(40);
    expect(afterLeaving(ids, [20], undefined)).toBeUndefined();
  });
});

it('means who is looked at, else who is ticked, else who is current', () => {
  expect(meant(7, [1, 2], 3)).toEqual([7]);
  expect(meant(undefined, [1, 2], 3)).toEqual([1, 2]);
  expect(meant(undefined, [], 3)).toEqual([3]);
  expect(meant(undefined, [], undefined)).toEqual([]);
});

it('ticks and unticks', () => {
  expect(toggle(new Set([1]), 2)).toEqual(new Set([1, 2]));
  expect(toggle(new Set([1, 2]), 2)).toEqual(new Set([1]));
});
