import type { Page } from '@playwright/test';
import { keyhall } from './env';
import { expect, test, toast } from './keyhall';
import { staff } from './staff';

const bar = (page: Page) => page.getByRole('region', { name: 'Changes not saved yet' });
const hosted = (page: Page) => page.frameLocator('iframe[title="A hosted page in your colours"]');
const mail = (page: Page) => page.frameLocator('iframe[title="A mail in your colours"]');

test('name and colours show at once on page and mail, and are what users see once saved', async ({ page, tenant, request }) => {
  await page.goto(`tenants/${tenant.slug}/branding`);
  await expect(hosted(page).getByText(tenant.name)).toBeVisible();
  await page.getByLabel('Name', { exact: true }).fill('Harbour & Sons');
  await page.getByLabel('Colour', { exact: true }).fill('#0b6e4f');
  await expect(page.getByText(/^Contrast 6\.\d on white: easy to read$/)).toBeVisible();
  await expect(hosted(page).getByText('Harbour & Sons')).toBeVisible();
  await expect(hosted(page).getByRole('button')).toHaveCSS('background-color', 'rgb(11, 110, 79)');
  await page.getByText('Mail', { exact: true }).click();
  await expect(mail(page).getByRole('link', { name: 'Confirm my address' })).toHaveCSS('background-color', 'rgb(11, 110, 79)');
  await expect(mail(page).getByText('Welcome to Harbour & Sons')).toBeVisible();
  await expect(bar(page)).toContainText('Colour: – → #0b6e4f');
  await page.getByRole('button', { name: 'Save 2 changes' }).click();
  await expect(toast(page, 'The settings are saved.')).toBeVisible();

  const shown = await (await request.get(`${keyhall}/t/${tenant.slug}/pages/verify-email?key=x`)).text();
  expect(shown).toContain('Harbour &amp; Sons');
  expect(await (await request.get(`${keyhall}/t/${tenant.slug}/pages/brand.css`)).text()).toContain('#0b6e4f');
});

test('a colour that cannot be read is told beforehand, and mended by a click', async ({ page, tenant }) => {
  await page.goto(`tenants/${tenant.slug}/branding`);
  await page.getByLabel('Colour', { exact: true }).fill('#ffd400');
  await expect(page.getByText('links need 4.5')).toBeVisible();
  await page.getByLabel('Name', { exact: true }).click();
  await page.getByRole('button', { name: 'Save 1 change' }).click();
  await expect(page.getByLabel('Colour', { exact: true })).toHaveAttribute('aria-invalid', 'true');
  await page.getByRole('button', { name: /^Use #/ }).click();
  await expect(page.getByText(/easy to read/)).toBeVisible();
  await page.getByRole('button', { name: 'Save 1 change' }).click();
  await expect(toast(page, 'The settings are saved.')).toBeVisible();
});

test('a logo has to be an https address, and the dashboard never loads it', async ({ page, tenant }) => {
  const elsewhere: string[] = [];
  page.on('request', (request) => void (request.url().includes('cdn.example.com') && elsewhere.push(request.url())));
  await page.goto(`tenants/${tenant.slug}/branding`);
  const logo = page.getByLabel('Logo', { exact: true });
  await logo.fill('http://cdn.example.com/logo.png');
  await page.getByRole('button', { name: 'Save 1 change' }).click();
  await expect(logo).toHaveAttribute('aria-invalid', 'true');
  await logo.fill('https://cdn.example.com/logo.png');
  await expect(hosted(page).locator('img.logo')).toHaveAttribute('src', /^data:/);
  await page.getByRole('button', { name: 'Save 1 change' }).click();
  await expect(toast(page, 'The settings are saved.')).toBeVisible();
  await page.reload();
  await expect(hosted(page).locator('img.logo')).toHaveAttribute('src', /^data:/);
  await page.getByText('Mail', { exact: true }).click();
  await expect(mail(page).locator('td.page img')).toHaveAttribute('src', /^data:/);
  expect(elsewhere).toEqual([]);
});

test('the sender is checked, changes are not lost unasked, and others are told why not', async ({ browser, page, request, tenant }) => {
  await page.goto(`tenants/${tenant.slug}/branding`);
  await page.getByLabel('Sender address').fill('not an address');
  await page.getByRole('button', { name: 'Save 1 change' }).click();
  await expect(page.getByLabel('Sender address')).toHaveAttribute('aria-invalid', 'true');
  await page.getByLabel('Sender address').fill('hello@acme.example');
  await page.getByText('Mail', { exact: true }).click();
  await expect(page.getByText(`${tenant.name} <hello@acme.example>`)).toBeVisible();
  await page.getByRole('link', { name: 'Groups' }).click();
  await page.getByRole('dialog', { name: 'Leave without saving?' }).getByRole('button', { name: 'Leave' }).click();
  await expect(page.getByRole('heading', { name: 'Groups' })).toBeVisible();

  const viewer = await staff(browser, request, tenant, 'viewer');
  await viewer.goto(`tenants/${tenant.slug}/branding`);
  await expect(viewer.getByText('Not part of your role')).toBeVisible();
  await viewer.context().close();
});

test('a server that is down is told', async ({ page, tenant }) => {
  await page.route('**/pages/verify-email*', (route) => route.abort());
  await page.goto(`tenants/${tenant.slug}/branding`);
  await expect(page.getByRole('alert')).toContainText('cannot be reached');
  await page.unrouteAll();
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(hosted(page).getByText(tenant.name)).toBeVisible();
});
