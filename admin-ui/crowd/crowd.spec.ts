import type { Browser } from '@playwright/test';
import { keyhall } from '../e2e/env';
import { expect, test } from '../e2e/keyhall';

// How long it takes, in a tenant as large as the largest, until one can work with what a room shows.

/** Until a room's heading and rows are there and answer, for 95 of 100 visits; in milliseconds. */
const bar = 1500;
const times = 10;

const rooms: [name: string, address: string][] = [
  ['tenants', 'tenants'],
  ['tenants, searched', 'tenants?q=club-77'],
  ['users', 'tenants/big/users'],
  ['users, searched', 'tenants/big/users?q=mia'],
  ['users, filtered', 'tenants/big/users?type=coach&verified=false'],
  ['user', 'tenants/big/users/4'],
  ['approvals', 'tenants/big/approvals'],
  ['deliveries', 'tenants/big/deliveries'],
  ['audit', 'tenants/big/audit'],
  ['audit of the platform', 'audit'],
  ['overview', 'tenants/big/overview'],
  ['overview of the platform', 'overview'],
];

declare global {
  interface Window {
    /** When the page could be worked with, since its navigation began. */
    interactive?: number;
  }
}

/** Looks at each frame whether the page is there: a heading, nothing that stands in for data, and where there is a table, rows. */
function watch() {
  const look = () => {
    const table = document.querySelector('table');
    const there =
      document.querySelector('h1') !== null &&
      document.querySelector('.mantine-Skeleton-root, [aria-busy="true"]') === null &&
      (table === null || table.querySelector('tbody tr') !== null);
    // The frame after that is when it is on the screen, and a click would be heard.
    if (there) requestAnimationFrame(() => setTimeout(() => (window.interactive = performance.now())));
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

type Times = { cold: number[]; warm: number[] };

/** A browser that has nothing of the dashboard yet opens a room, and opens it again. */
async function open(browser: Browser, storageState: Awaited<ReturnType<Awaited<ReturnType<Browser['newContext']>>['storageState']>>, address: string, into: Times) {
  const context = await browser.newContext({ storageState, baseURL: `${keyhall}/admin/` });
  const page = await context.newPage();
  await page.addInitScript(watch);
  for (const list of [into.cold, into.warm]) {
    await page.goto(address);
    await expect.poll(() => page.evaluate(() => window.interactive), { intervals: [50] }).toBeDefined();
    list.push((await page.evaluate(() => window.interactive)) ?? Infinity);
  }
  await expect(page.locator('h1')).not.toHaveText('There is nothing here');
  await context.close();
}

const at = (list: number[], part: number) => Math.round([...list].sort((a, b) => a - b)[Math.floor(list.length * part)] ?? Infinity);

test('the rooms are there at once', async ({ browser, cookies }) => {
  const slow: string[] = [];
  console.log('\n| in the browser, until one can work with it | first visit, p50 | p95 | later, p50 | p95 | |\n|---|---|---|---|---|---|');
  for (const [name, address] of rooms) {
    const taken: Times = { cold: [], warm: [] };
    for (let n = 0; n < times; n++) await open(browser, cookies, address, taken);
    const worst = Math.max(at(taken.cold, 0.95), at(taken.warm, 0.95));
    if (worst > bar) slow.push(`${name}: ${worst} ms`);
    const [a, b, c, d] = [at(taken.cold, 0.5), at(taken.cold, 0.95), at(taken.warm, 0.5), at(taken.warm, 0.95)];
    console.log(`| ${name} | ${a} ms | ${b} ms | ${c} ms | ${d} ms | ${worst > bar ? 'falls short' : 'holds'} |`);
  }
  expect(slow).toEqual([]);
});
