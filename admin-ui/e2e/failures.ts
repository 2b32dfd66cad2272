import type { Page, Route } from '@playwright/test';

// Ways in which a server fails a page. What a page asks for is held, or answered in the server's place.

type Asked = { method: string; path: RegExp };

/** A server that takes its time: what is asked waits until it is let go, and is counted. */
export async function slow(page: Page, asked: Asked) {
  let held: ((answer: (route: Route) => Promise<void>) => void)[] = [];
  let calls = 0;
  await on(page, asked, async (route) => {
    calls++;
    const answer = await new Promise<(route: Route) => Promise<void>>((letGo) => held.push(letGo));
    await answer(route);
  });
  const release = (answer: (route: Route) => Promise<void>) => {
    for (const letGo of held) letGo(answer);
    held = [];
  };
  return {
    calls: () => calls,
    /** Answers as the server would. */
    answer: () => release((route) => route.continue()),
    /** Answers that it cannot be. */
    refuse: (status: number, code: string, title: string) => release((route) => refusal(route, status, code, title)),
  };
}

function refusal(route: Route, status: number, code: string, title: string) {
  return route.fulfill({ status, contentType: 'application/problem+json', json: { type: `/docs/errors#${code}`, title, status, detail: title, code, errors: [], request_id: 'held-by-the-test' } });
}

function on(page: Page, { method, path }: Asked, handle: (route: Route) => Promise<void>) {
  return page.route(
    (url) => path.test(url.pathname),
    (route) => (route.request().method() === method && route.request().resourceType() === 'fetch' ? handle(route) : route.fallback()),
  );
}
