import type { Page } from '@playwright/test';
import { expect, test } from './keyhall';

test.describe('the palette', () => {
  test('leads to a user by a part of the name', async ({ page, tenant }) => {
    const mia = await tenant.user('mia.wong', { first_name: 'Mia', last_name: 'Wong' });
    await page.goto(`tenants/${tenant.slug}/groups`);
    const palette = await open(page);
    await palette.getByRole('combobox').fill('wong');
    await expect(palette.getByRole('option', { name: /Mia Wong/ })).toHaveAttribute('data-combobox-selected', 'true');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(new RegExp(`/users/${mia}$`));
    await expect(palette).toBeHidden();
  });

  test('leads to another tenant, a page, and an action', async ({ page, tenant, makeTenant }) => {
    const other = await makeTenant('Palette Rowing');
    await page.goto(`tenants/${tenant.slug}/users`);
    let palette = await open(page);
    await palette.getByRole('combobox').fill(other.slug);
    await palette.getByRole('option', { name: new RegExp(other.slug) }).click();
    await expect(page).toHaveURL(new RegExp(`/tenants/${other.slug}/overview$`));

    palette = await open(page);
    await palette.getByRole('combobox').fill('deliv');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(new RegExp(`/tenants/${other.slug}/deliveries$`));

    palette = await open(page);
    await palette.getByRole('combobox').fill('invite users');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(new RegExp(`/tenants/${other.slug}/users\\?invite=true$`));
    await expect(page.getByRole('dialog')).toBeVisible();
    await page.keyboard.press('Escape');

    palette = await open(page);
    await palette.getByRole('combobox').fill('lifetimes');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(new RegExp(`/tenants/${other.slug}/sign-in\\?tab=lifetimes$`));

    palette = await open(page);
    await palette.getByRole('combobox').fill('dark');
    await page.keyboard.press('Enter');
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
  });

  test('opens by its button too, and says when there is nothing', async ({ page, tenant }) => {
    await page.goto(`tenants/${tenant.slug}/users`);
    await page.getByRole('button', { name: /Search or go to/ }).click();
    const palette = page.getByRole('dialog', { name: 'Go to' });
    await palette.getByRole('combobox').fill('no such thing anywhere');
    await expect(palette.getByText('There is nothing like it.')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(palette).toBeHidden();
  });

  test('shows pages and actions while the server is down', async ({ page, tenant }) => {
    await page.goto(`tenants/${tenant.slug}/users`);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await page.route('**/admin/v1/**', (route) => route.abort());
    const palette = await open(page);
    await palette.getByRole('combobox').fill('audit');
    await expect(palette.getByRole('option', { name: /Audit/ }).first()).toBeVisible();
  });
});

test.describe('the language', () => {
  test('is chosen, stays, and can be another browser’s own', async ({ page, tenant }) => {
    await page.goto(`tenants/${tenant.slug}/users`);
    await page.getByRole('radiogroup', { name: 'Language' }).getByText('Deutsch').click();
    await expect(page.getByRole('heading', { level: 1, name: 'Benutzer' })).toBeVisible();
    await expect(page.locator('html')).toHaveAttribute('lang', 'de');
    await page.goto(`tenants/${tenant.slug}/audit`);
    await expect(page.getByRole('heading', { level: 1, name: 'Protokoll' })).toBeVisible();
    await page.getByRole('radiogroup', { name: 'Sprache' }).getByText('繁體中文').click();
    await expect(page.getByRole('heading', { level: 1, name: '稽核' })).toBeVisible();
    await expect(page.locator('html')).toHaveAttribute('lang', 'zh-Hant');
  });

  test('of the browser is the first one taken', async ({ browser, cookies, baseURL }) => {
    const context = await browser.newContext({ locale: 'de-AT', storageState: cookies, baseURL });
    const page = await context.newPage();
    await page.goto('tenants');
    await expect(page.getByRole('heading', { level: 1, name: 'Mandanten' })).toBeVisible();
    await context.close();
  });

  test('is English where the catalogue does not arrive', async ({ browser, cookies, baseURL }) => {
    const context = await browser.newContext({ locale: 'de', storageState: cookies, baseURL });
    const page = await context.newPage();
    await page.route('**/assets/de-*.js', (route) => route.abort());
    await page.goto('tenants');
    await expect(page.getByRole('heading', { level: 1, name: 'Tenants' })).toBeVisible();
    await context.close();
  });
});

async function open(page: Page) {
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Go to' });
  await expect(palette).toBeVisible();
  return palette;
}
