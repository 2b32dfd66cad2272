import { expect, it } from 'vitest';
import { browser, contracts, goSDK, listUsers, newLine, placeOf, signInBy, signUp } from './snippets';

const place = placeOf('acme', 'https://id.example.com/t/acme', { secret: 'sk_abc' });

it('is filled in with the address of the tenant and its keys', () => {
  expect(signUp(place)).toContain('curl https://id.example.com/t/acme/v1/sign-up');
  expect(listUsers(place)).toContain('https://id.example.com/admin/v1/tenants/acme/users');
  expect(goSDK(place)).toContain('keyhall.New("https://id.example.com", keyhall.WithSecretKey("sk_abc"))');
  expect(browser(place)).toContain(`fetch('https://id.example.com/v1/sign-in'`);
  expect(browser(place)).toContain("'X-Keyhall-Key': 'pk_…'");
  expect(newLine(place)).toBe("const API_URL = 'https://id.example.com/t/acme';");
});

it('has a first request for each contract', () => {
  const paths = contracts.map((contract) => signInBy(contract, place).split(' ')[1]);
  expect(new Set(paths).size).toBe(contracts.length);
  expect(paths.every((path) => path?.startsWith('https://id.example.com/t/acme/'))).toBe(true);
});

it('leaves the address of a tenant with a domain of its own as it is', () => {
  expect(placeOf('acme', 'https://id.acme.example/', {}).platform).toBe('https://id.acme.example');
});
