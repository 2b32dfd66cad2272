import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import type { AxeResults } from 'axe-core';
import type { Club } from './club';
import { expect, test } from './keyhall';

// Every room in every dress: nothing that axe objects to, nothing on the console, nothing from elsewhere,
// nothing wider than the screen. With SCREENSHOTS=1 the pictures of the documentation are taken on the way.
// Without KEYHALL_TEST_SWEEP=long, which `make e2e` sets, each colour scheme and each width is met once, in English.

const long = process.env.KEYHALL_TEST_SWEEP === 'long' || process.env.SCREENSHOTS === '1';

type Room = { name: string; address: (club: Club) => string; /** Picture by dress. */ pictures?: Record<string, string> };

const rooms: Room[] = [
  { name: 'tenants', address: () => 'tenants', pictures: { light: 'tenants' } },
  { name: 'deletions', address: () => 'tenants?deletions=true' },
  { name: 'create a tenant', address: () => 'tenants?create=true' },
  { name: 'overview', address: ({ slug }) => `tenants/${slug}/overview`, pictures: { light: 'overview', dark: 'overview-dark', phone: 'overview-phone' } },
  { name: 'overview of a quarter', address: ({ slug }) => `tenants/${slug}/overview?days=90` },
  { name: 'overview of days of one\'s own', address: ({ slug }) => `tenants/${slug}/overview?from=2026-01-01&to=2026-01-02` },
  { name: 'overview of the platform', address: () => 'overview', pictures: { light: 'overview-platform' } },
  { name: 'queues', address: () => 'queues', pictures: { light: 'queues' } },
  { name: 'failed tasks', address: () => 'queues?queue=keyhall' },
  { name: 'users', address: ({ slug }) => `tenants/${slug}/users`, pictures: { light: 'users' } },
  { name: 'invite people', address: ({ slug }) => `tenants/${slug}/users?invite=true` },
  { name: 'import users', address: ({ slug }) => `tenants/${slug}/users?import=true` },
  { name: 'nobody found', address: ({ slug }) => `tenants/${slug}/users?q=nobody-has-this-name` },
  { name: 'user', address: ({ slug, coach }) => `tenants/${slug}/users/${coach}`, pictures: { light: 'user' } },
  {
    name: 'approvals',
    address: ({ slug }) => `tenants/${slug}/approvals`,
    pictures: { light: 'approvals', dark: 'approvals-dark', phone: 'approvals-phone' },
  },
  { name: 'all applicants', address: ({ slug }) => `tenants/${slug}/approvals?tab=all` },
  { name: 'applicant', address: ({ slug, applicant }) => `tenants/${slug}/approvals?open=${applicant}` },
  { name: 'groups', address: ({ slug }) => `tenants/${slug}/groups`, pictures: { light: 'groups' } },
  { name: 'managers of a group', address: ({ slug }) => `tenants/${slug}/groups?managers=2` },
  { name: 'a new group', address: ({ slug }) => `tenants/${slug}/groups?edit=new` },
  { name: 'deliveries', address: ({ slug }) => `tenants/${slug}/deliveries` },
  { name: 'audit', address: ({ slug }) => `tenants/${slug}/audit`, pictures: { light: 'audit' } },
  { name: 'audit of the platform', address: () => 'audit' },
  { name: 'keys', address: ({ slug }) => `tenants/${slug}/keys`, pictures: { light: 'keys' } },
  { name: 'a new key', address: ({ slug }) => `tenants/${slug}/keys?make=key` },
  { name: 'a new domain', address: ({ slug }) => `tenants/${slug}/keys?make=domain` },
  { name: 'webhooks', address: ({ slug }) => `tenants/${slug}/webhooks` },
  { name: 'a new endpoint', address: ({ slug }) => `tenants/${slug}/webhooks?make=true` },
  { name: 'messages', address: ({ slug }) => `tenants/${slug}/messages` },
  { name: 'message', address: ({ slug }) => `tenants/${slug}/messages/email/verify_email/en`, pictures: { light: 'message' } },
  { name: 'text message', address: ({ slug }) => `tenants/${slug}/messages/sms/otp/en` },
  { name: 'sign-in settings', address: ({ slug }) => `tenants/${slug}/sign-in`, pictures: { light: 'sign-in-settings' } },
  { name: 'contracts', address: ({ slug }) => `tenants/${slug}/sign-in?tab=contracts` },
  { name: 'social sign-in', address: ({ slug }) => `tenants/${slug}/sign-in?tab=social` },
  { name: 'a provider', address: ({ slug }) => `tenants/${slug}/sign-in?tab=social&provider=apple` },
  { name: 'lifetimes', address: ({ slug }) => `tenants/${slug}/sign-in?tab=lifetimes` },
  { name: 'addresses', address: ({ slug }) => `tenants/${slug}/sign-in?tab=addresses` },
  { name: 'sending', address: ({ slug }) => `tenants/${slug}/sign-in?tab=sending` },
  { name: 'branding', address: ({ slug }) => `tenants/${slug}/branding`, pictures: { light: 'branding' } },
  { name: 'get started', address: ({ slug }) => `tenants/${slug}/start`, pictures: { light: 'start' } },
  { name: 'team', address: ({ slug }) => `tenants/${slug}/team` },
  { name: 'invite an admin', address: ({ slug }) => `tenants/${slug}/team?invite=true` },
  { name: 'my account', address: () => 'account', pictures: { light: 'account' } },
  { name: 'nowhere', address: () => 'no/such/room' },
];

const doors: Room[] = [
  { name: 'sign-in', address: () => 'sign-in', pictures: { light: 'sign-in' } },
  { name: 'invitation', address: () => 'invitation#token=anything' },
];

test.setTimeout(240_000); // axe, four times a room

/** What axe looks for: WCAG 2.2 A and AA. */
const everything = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
/** Of it, what other colours alone can change. */
const colours = ['color-contrast', 'link-in-text-block'];

const desk = { width: 1280, height: 800 };
const pocket = { width: 390, height: 844 };
const dresses = [
  { dress: 'light', colorScheme: 'light', size: desk, rules: everything },
  { dress: 'dark', colorScheme: 'dark', size: desk, rules: colours },
  { dress: 'phone-dark', colorScheme: 'dark', size: pocket, rules: everything },
  { dress: 'phone', colorScheme: 'light', size: pocket, rules: colours },
] as const;
type Dress = (typeof dresses)[number];

/** Each width and each colour scheme; all that words need, too. */
const fewDresses = dresses.filter(({ rules }) => rules === everything);

for (const room of rooms) {
  test(`room: ${room.name}`, async ({ page, club }) => {
    const complaints = listen(page);
    await page.goto(room.address(club));
    await inspect(page, room);
    expect(complaints).toEqual([]);
  });
}

for (const language of long ? ['de', 'zh-Hant'] : []) {
  test(`rooms speak ${language}`, async ({ page, club }) => {
    const complaints = listen(page);
    // Not by a script of the browser's: it would run in the frames of previews too, which let none run.
    await page.goto(`tenants/${club.slug}/users`);
    await page.evaluate((code) => window.localStorage.setItem('keyhall-language', code), language);
    for (const room of ['overview', 'users', 'approvals', 'groups', 'deliveries', 'audit', 'keys', 'webhooks', 'messages', 'sign-in', 'branding', 'start', 'team']) {
      await page.goto(`tenants/${club.slug}/${room}`);
      await inspect(page, { name: `${room} in ${language}`, address: () => room }, fewDresses);
      await expect(page.locator('html')).toHaveAttribute('lang', language);
    }
    expect(complaints).toEqual([]);
  });
}

test.describe('before signing in', () => {
  test.use({ storageState: { cookies: [], origins: [] } });
  for (const room of doors) {
    test(`door: ${room.name}`, async ({ page, club }) => {
      await page.goto(room.address(club));
      await inspect(page, room);
    });
  }
});

async function inspect(page: Page, { name, pictures = {} }: Room, wanted: readonly Dress[] = long ? dresses : fewDresses) {
  await expect(page.locator('h1').first()).toBeVisible();
  await expect(page.locator('.mantine-Skeleton-root')).toHaveCount(0);
  for (const preview of await page.locator('iframe[srcdoc]').all()) {
    expect(await preview.getAttribute('srcdoc')).not.toMatch(/<script|\son[a-z]+\s*=|javascript:/i);
  }
  for (const { dress, colorScheme, size, rules } of wanted) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize(size);
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', colorScheme);
    await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
    await take(page, pictures[dress]);
    // A change of colours or width takes a busy browser some frames; what is still wrong after them is wrong.
    await expect.poll(() => axe(page, rules), { message: `axe on ${name}, ${dress}`, timeout: 10_000 }).toEqual([]);
    await expect.poll(() => overhang(page), { message: `${name}, ${dress}: wider than the screen by`, timeout: 10_000 }).toBeLessThanOrEqual(0);
  }
}

/** By how many pixels the page is wider than the screen. */
function overhang(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

async function take(page: Page, picture: string | undefined) {
  if (!picture || process.env.SCREENSHOTS !== '1') return;
  const path = fileURLToPath(new URL(`../../docs/screenshots/${picture}.png`, import.meta.url));
  await page.screenshot({ path, animations: 'disabled' });
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What breaks the rules. Injected by evaluate: the page's policy rightly stops a script tag. */
async function axe(page: Page, rules: string[]): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeSource);
  const { violations } = await page.evaluate((runOnly) => {
    const { axe } = window as unknown as { axe: { run(root: Document, options: object): Promise<AxeResults> } };
    return axe.run(document, { runOnly, iframes: false, resultTypes: ['violations'] }); // no script runs in a preview, so not axe's either
  }, rules);
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
}

/** Collects what a page should never do. */
function listen(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    // The browser's driver has scripts of its own, and tries them in the frames of previews, which rightly refuse. That no
    // script of ours is in them is looked at in `inspect`.
    const driver = message.text().startsWith("Blocked script execution in 'about:srcdoc'");
    if (!driver && (message.type() === 'error' || message.type() === 'warning')) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol !== 'data:' && page.url() !== 'about:blank' && origin !== new URL(page.url()).origin) complaints.push(`elsewhere: ${request.url()}`);
  });
  return complaints;
}
