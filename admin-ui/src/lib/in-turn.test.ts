import { expect, test } from 'vitest';
import { inTurn } from './in-turn';

test('does each once, a few at a time, and goes on after a failure', async () => {
  let now = 0;
  let most = 0;
  const done: number[] = [];
  const heard: number[] = [];
  const items = Array.from({ length: 20 }, (_, i) => i);
  const failures = await inTurn(
    items,
    async (item) => {
      most = Math.max(most, ++now);
      await Promise.resolve();
      now--;
      if (item === 7) throw new Error('seven');
      done.push(item);
    },
    (through) => heard.push(through),
    3,
  );
  expect(most).toBe(3);
  expect(done.toSorted((a, b) => a - b)).toEqual(items.filter((item) => item !== 7));
  expect(failures).toEqual([{ item: 7, error: new Error('seven') }]);
  expect(heard).toEqual(items.map((item) => item + 1));
});
