import { expect, it } from 'vitest';
import { smsParts } from './sms';

it.each([
  ['', 'GSM-7', 0, 1],
  ['a'.repeat(160), 'GSM-7', 160, 1],
  ['a'.repeat(161), 'GSM-7', 161, 2],
  ['€'.repeat(80), 'GSM-7', 160, 1],
  [`${'a'.repeat(152)}€${'a'.repeat(10)}`, 'GSM-7', 164, 2],
  ['你'.repeat(70), 'UCS-2', 70, 1],
  ['你'.repeat(71), 'UCS-2', 71, 2],
  [`${'你'.repeat(66)}👍${'你'.repeat(66)}👍`, 'UCS-2', 136, 3],
] as const)('%j', (text, encoding, units, count) => {
  expect(smsParts(text)).toEqual({ encoding, units, count });
});
