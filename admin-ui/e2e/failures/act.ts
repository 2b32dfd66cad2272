import type { Locator, Page } from '@playwright/test';
import { expect, type Tenant } from '../keyhall';
import { type Answer, type Asked, matches, nobody, proxy, refusal, slow } from './server';

/** Something a person does that changes what the server knows: a form that is sent, a button that acts. */
export type Act = Asked & {
  name: string;
  /** The room, below admin/; makes what is needed there. */
  at: (tenant: Tenant) => string | Promise<string>;
  /** Answers in the server's place from the beginning, where the real one cannot be had to do it. */
  stage?: (page: Page) => Promise<unknown>;
  /** Goes to where the act is done: a dialog, a menu, a tab. Gone again whenever what sends is not in sight. */
  open?: (page: Page) => Promise<unknown>;
  /** What is typed, and must be there after each failure. */
  typed?: [field: (page: Page) => Locator, text: string][];
  /** What sends. */
  send: (page: Page) => Locator;
  /** It closes with the first click, as what a menu holds does; it is opened again after a failure. */
  closes?: true;
  /** The fields that the server may object to, by their name on the wire, each with where it is shown. */
  fields?: [name: string, field: (page: Page) => Locator][];
  /** What shows that it works, where it is not a button that turns. */
  busy?: (page: Page) => Locator;
};

const taken = 'Somebody else changed it meanwhile.';
const lost = 'Your role does not allow this any more.';
const wrong = 'The server does not like this.';

type Failure = { name: string; answer: Answer; told: string; /** Of a field, and told there. */ field?: true };

const quick: Failure[] = [
  { name: '409', answer: refusal(409, 'changed_meanwhile', taken), told: taken },
  { name: 'nobody there', answer: nobody, told: 'Keyhall cannot be reached' },
];
/** Met with KEYHALL_TEST_SWEEP=long. */
const rest: Failure[] = [
  { name: '403', answer: refusal(403, 'lost_meanwhile', lost), told: lost },
  { name: '503 of a proxy', answer: proxy, told: 'not available at the moment' },
];

/** Goes through each way to fail, the first with a server that takes its time, and does it in the end. */
export async function fails(page: Page, act: Act, tenant: Tenant, long: boolean) {
  const complaints = listen(page);
  await act.stage?.(page);
  await page.goto(await act.at(tenant));
  const server = await slow(page, act);
  const failures = [...quick, ...(long ? [...rest, ...objections(act)] : [])];
  for (const [n, failure] of failures.entries()) {
    await reach(page, act);
    const expected = server.calls() + 1;
    if (n === 0) await impatiently(page, act, server.calls);
    else await act.send(page).click();
    await expect.poll(server.calls, `${failure.name}: sent`).toBe(expected);
    server.answer(failure.answer);
    await told(page, act, failure);
    expect(server.calls(), `${failure.name}: sent once`).toBe(expected);
  }
  await server.over();
  await reach(page, act);
  const answered = page.waitForResponse((response) => response.request().method() === act.method && matches(act, new URL(response.url())));
  await act.send(page).click();
  const answer = await answered;
  expect(answer.status(), `tried again: ${await answer.text().catch(() => '')}`).toBeLessThan(400);
  await expect(inPage(page).filter({ hasText: words(failures) }), 'what went wrong is not said any more').toHaveCount(0);
  expect(complaints).toEqual([]);
}

/** One failure for each field that the server may object to. */
function objections({ fields = [] }: Act): Failure[] {
  return fields.map(([field]) => ({ name: `422 of ${field}`, answer: refusal(422, 'validation_failed', wrong, [{ field, code: 'invalid', message: wrong }]), told: wrong, field: true }));
}

async function reach(page: Page, act: Act) {
  await page.mouse.move(1, 1); // no tooltip over what is clicked next, and no message
  for (const close of await notes(page).getByRole('button').all()) await close.click({ timeout: 1000 }).catch(() => undefined);
  if (!(await act.send(page).isVisible())) await act.open?.(page);
  for (const [field, text] of act.typed ?? []) if ((await field(page).inputValue()) !== text) await field(page).fill(text);
  await expect(act.send(page)).toBeEnabled();
}

/** Clicks twice at once, and again, and presses Enter while nothing comes; sees that it is sent once, and that it shows. */
async function impatiently(page: Page, act: Act, calls: () => number) {
  const before = calls();
  await act.send(page).click({ trial: true });
  await act.send(page).evaluate((button: HTMLElement) => {
    button.click();
    button.click();
  });
  await expect.poll(calls, 'sent').toBeGreaterThan(before);
  await expect((act.busy ?? turning)(page).first(), 'shows that it works').toBeVisible();
  if (await act.send(page).isVisible()) await act.send(page).click({ force: true, timeout: 1000 }).catch(() => undefined);
  for (const [field] of act.typed?.slice(0, 1) ?? []) if (await field(page).and(page.locator('input:enabled')).count()) await field(page).press('Enter');
  await page.evaluate(() => new Promise((later) => setTimeout(later, 60))); // what is too much would be on its way by now
  expect(calls(), 'sent once').toBe(before + 1);
}

const turning = (page: Page) => page.locator('[data-loading="true"]');
const notes = (page: Page) => page.locator('.mantine-Notification-root');
const inPage = (page: Page) => page.locator('[role=alert]:not(.mantine-Notification-root)');

async function told(page: Page, act: Act, { name, told, field }: Failure) {
  if (field) {
    const [, at] = act.fields?.find(([one]) => name.endsWith(` ${one}`)) ?? [];
    if (at) await expect(at(page), `${name}: shown at the field`).toHaveAttribute('aria-invalid', 'true');
    await expect(page.getByText(told).first(), `${name}: said`).toBeVisible();
  } else await expect(page.getByRole('alert').filter({ hasText: told }).first(), `${name}: said`).toBeVisible();
  await expect(notes(page).filter({ hasNotText: words([...quick, ...rest]) }).filter({ hasNotText: wrong }), `${name}: nothing is said to be done`).toHaveCount(0);
  if (!act.closes) await expect(act.send(page), `${name}: still there to be sent again`).toBeEnabled();
  for (const [kept, text] of act.typed ?? []) await expect(kept(page), `${name}: kept`).toHaveValue(text);
}

function words(failures: Failure[]): RegExp {
  return new RegExp(failures.map(({ told }) => told.replaceAll('.', '\\.')).join('|'));
}

/** What goes wrong in the page itself. That a request failed is said by the browser, and rightly. */
function listen(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    const aside = /^Failed to load resource|^Blocked script execution in 'about:srcdoc'/.test(message.text());
    if (!aside && (message.type() === 'error' || message.type() === 'warning')) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return complaints;
}
