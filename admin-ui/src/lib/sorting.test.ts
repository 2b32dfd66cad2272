import { expect, it } from 'vitest';
import { nextSort } from './sorting';

it('begins as the column likes best, and turns round', () => {
  expect(nextSort(undefined, { by: 'name' })).toBe('name');
  expect(nextSort('name', { by: 'name' })).toBe('-name');
  expect(nextSort('-name', { by: 'name' })).toBe('name');
  expect(nextSort('name', { by: 'at', latestFirst: true })).toBe('-at');
  expect(nextSort('-at', { by: 'at', latestFirst: true })).toBe('at');
  expect(nextSort('at', { by: 'at', latestFirst: true })).toBe('-at');
});
