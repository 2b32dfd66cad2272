import { expect, it } from 'vitest';
import { bytes } from './sizes';

it('says sizes in the largest unit that they fill', () => {
  expect([0, 1, 999, 1000, 71_404_032, 2.5e12, 4e15].map(bytes)).toEqual(['0 bytes', '1 byte', '999 bytes', '1 kB', '71.4 MB', '2.5 TB', '4,000 TB']);
});
