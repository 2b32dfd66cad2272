import { expect, test } from '@playwright/test';
import { keyhall } from './env';

// What describes the interface comes out of the program itself: a network without a way out reads it, too.
test('the description of the interface is read without the internet', async ({ page }) => {
  const elsewhere: string[] = [];
  const troubles: string[] = [];
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol !== 'data:' && url.origin !== keyhall) elsewhere.push(request.url());
  });
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(message.text());
  });
  page.on('pageerror', (error) => troubles.push(error.message));

  await page.goto(`${keyhall}/docs`);
  await expect(page.getByRole('heading', { name: 'Keyhall' })).toBeVisible();
  const signIn = page.locator('.opblock', { has: page.locator('[data-path="/admin/v1/auth/login"]') });
  await signIn.getByRole('button', { name: 'Sign in as an operator' }).click();
  await expect(signIn.getByText('For programs. A browser takes')).toBeVisible();

  await page.goto(`${keyhall}/docs/errors#bad_credentials`);
  await expect(page.getByText('These credentials are not right.')).toBeVisible();

  expect(elsewhere).toEqual([]);
  expect(troubles).toEqual([]);
});
