import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import type { AxeResults } from 'axe-core';
import { keyhall } from './env';
import { expect, test } from './keyhall';
import { doors, gallery, picture, type Room, rooms } from './rooms';

// Every room in every dress: nothing that axe objects to, nothing on the console, nothing from elsewhere,
// nothing wider than the screen, nothing that moves while it comes, and not too much code. `make screenshots` has the
// pictures of the documentation taken here (SCREENSHOTS=1), and leaves out what is slow. Without KEYHALL_TEST_SWEEP=long,
// which `make e2e` sets, each colour scheme and each width is met once, in English.

test.setTimeout(240_000); // axe, four times a room

const picturing = process.env.SCREENSHOTS === '1';
const long = picturing || process.env.KEYHALL_TEST_SWEEP === 'long';

/** What a room may need of scripts before it is there, compressed. */
const firstLoad = 300 * 1024;
/** How far things may move meanwhile: the field's bound for a page that is good. */
const steady = 0.1;

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
    if (picturing && room.counted) await expect.poll(() => signUps(page), { timeout: 220_000, intervals: [2000] }).toBeGreaterThan(0);
    const complaints = listen(page);
    const weight = weigh(page);
    await page.goto(room.address(club));
    await inspect(page, room);
    expect(complaints).toEqual([]);
    expect(await weight(), 'bytes of scripts').toBeLessThanOrEqual(firstLoad);
  });
}

for (const language of long ? ['de', 'zh-Hant'] : []) {
  test(`rooms speak ${language}`, async ({ page, club }) => {
    test.skip(picturing, 'pictures are in English');
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

test('the documentation shows every room', () => {
  if (picturing) writeFileSync(shot('README.md'), gallery());
  expect(readFileSync(shot('README.md'), 'utf8')).toBe(gallery());
  for (const [, file = ''] of gallery().matchAll(/\((\S+\.png)\)/g)) expect(existsSync(shot(file)), file).toBe(true);
});

async function inspect(page: Page, room: Room, wanted: readonly Dress[] = long ? dresses : fewDresses) {
  const { name } = room;
  await expect(page.locator('h1').first()).toBeVisible();
  await expect(page.locator('.mantine-Skeleton-root')).toHaveCount(0);
  expect(await moved(page), `${name}: how far things moved`).toBeLessThan(steady);
  for (const preview of await page.locator('iframe[srcdoc]').all()) {
    expect(await preview.getAttribute('srcdoc')).not.toMatch(/<script|\son[a-z]+\s*=|javascript:/i);
  }
  for (const { dress, colorScheme, size, rules } of wanted) {
    const path = picturing && picture(room, dress);
    if (picturing && !path) continue;
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize(size);
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', colorScheme);
    await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
    if (path) {
      await take(page, path);
      continue;
    }
    // A change of colours or width takes a busy browser some frames; what is still wrong after them is wrong.
    await expect.poll(() => axe(page, rules), { message: `axe on ${name}, ${dress}`, timeout: 10_000 }).toEqual([]);
    await expect.poll(() => overhang(page), { message: `${name}, ${dress}: wider than the screen by`, timeout: 10_000 }).toBeLessThanOrEqual(0);
  }
}

/** How many sign-ups the platform has counted. */
async function signUps(page: Page): Promise<number> {
  const { activity } = (await (await page.request.get(`${keyhall}/admin/v1/overview`)).json()) as { activity: { totals: { sign_ups: { count: number } } } };
  return activity.totals.sign_ups.count;
}

/** How far things moved since the page began to come, but for what somebody's input moved. */
function moved(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((tell) => {
        let sum = 0;
        const observer = new PerformanceObserver((list) => {
          for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[]) if (!entry.hadRecentInput) sum += entry.value;
        });
        observer.observe({ type: 'layout-shift', buffered: true });
        setTimeout(() => tell(sum), 100); // what is buffered comes with the next frame
      }),
  );
}

/** By how many pixels the page is wider than the screen. */
function overhang(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

async function take(page: Page, name: string) {
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: shot(`${name}.png`), animations: 'disabled' });
}

/** A file among the pictures of the documentation. */
function shot(name: string): string {
  return fileURLToPath(new URL(`../../docs/screenshots/${name}`, import.meta.url));
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

/** Adds up the scripts a page fetches, as they are when compressed. */
function weigh(page: Page): () => Promise<number> {
  const scripts: Promise<number>[] = [];
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script') scripts.push(response.body().then((body) => gzipSync(body).length));
  });
  return async () => (await Promise.all(scripts)).reduce((sum, bytes) => sum + bytes, 0);
}
