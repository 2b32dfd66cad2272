import { expect, it } from 'vitest';
import { pictureOf } from './picture';

const issuer = 'https://id.example.com/t/acme';

it.each([
  [null, undefined],
  [`${issuer}/pictures/256/abc.jpg`, '/t/acme/pictures/256/abc.jpg'],
  ['https://elsewhere.example/t/acme/pictures/256/abc.jpg', undefined],
  ['https://id.example.com/t/acme-too/pictures/256/abc.jpg', undefined],
  ['https://id.example.com/t/acme.evil.example/pictures/x', undefined],
])('shows only what the tenant itself keeps: %j', (avatar, path) => {
  expect(pictureOf(avatar, issuer)).toBe(path);
});
