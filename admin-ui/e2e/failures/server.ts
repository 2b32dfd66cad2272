import type { Page, Route } from '@playwright/test';

// Ways in which a server fails a page. What a page asks for is held, or answered in the server's place.

export type Asked = { method: string; path: RegExp };

/** By its path, or by its path with what is asked for. */
export function matches({ path }: Asked, { pathname, search }: URL): boolean {
  return path.test(pathname) || path.test(pathname + search);
}

/** An answer in the server's place, or none at all. */
export type Answer = (route: Route) => Promise<void>;

export const passOn: Answer = (route) => route.continue();

/** Nobody listens there. */
export const nobody: Answer = (route) => route.abort('connectionrefused');

/** A proxy's own page, because nobody stands behind it. */
export const proxy: Answer = (route) => route.fulfill({ status: 503, contentType: 'text/html', body: '<h1>503 Service Unavailable</h1>' });

export function refusal(status: number, code: string, title: string, errors: { field: string; code: string; message: string }[] = []): Answer {
  const json = { type: `/docs/errors#${code}`, title, status, detail: title, code, errors, request_id: 'held-by-the-test' };
  return (route) => route.fulfill({ status, contentType: 'application/problem+json', json });
}

/** Changes what the server answers to a question, where what a test needs is seldom met. */
export async function amend<T>(page: Page, path: RegExp, change: (body: T) => unknown) {
  await page.route(
    (url) => url.pathname.startsWith('/admin/v1/') && path.test(url.pathname),
    async (route) => {
      if (route.request().method() !== 'GET') return route.fallback();
      try {
        const response = await route.fetch();
        await route.fulfill({ response, json: change((await response.json()) as T) });
      } catch (error) {
        if (!page.isClosed()) throw error; // the test was over before the answer came
      }
    },
  );
}

/** A server that takes its time: what is asked waits until it is let go, and is counted. */
export async function slow(page: Page, asked: Asked) {
  let held: ((answer: Answer) => void)[] = [];
  let calls = 0;
  const wanted = (url: URL) => matches(asked, url);
  const handle = async (route: Route) => {
    if (route.request().method() !== asked.method || route.request().resourceType() !== 'fetch') return route.fallback();
    calls++;
    const answer = await new Promise<Answer>((letGo) => held.push(letGo));
    await answer(route);
  };
  await page.route(wanted, handle);
  return {
    calls: () => calls,
    answer: (answer: Answer = passOn) => {
      for (const letGo of held) letGo(answer);
      held = [];
    },
    over: () => page.unroute(wanted, handle),
  };
}
