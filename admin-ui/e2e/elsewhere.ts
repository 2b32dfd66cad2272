import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

type Person = { id: string; email: string; first: string };

/** Somebody's account at Google, at a stand-in that says whose a token is. `hers` is the token of the first. */
export async function elsewhere(first: Person) {
  const people = new Map([['hers', first]]);
  const server = createServer((request, response) => {
    const person = people.get(tokenOf(request));
    const inspecting = request.url?.startsWith('/inspect');
    response.writeHead(person ? 200 : 401, { 'Content-Type': 'application/json' });
    if (!person) response.end('{}');
    else if (inspecting) response.end(JSON.stringify({ aud: clientId, azp: clientId, sub: person.id, expires_in: '3000' }));
    else response.end(JSON.stringify({ id: person.id, given_name: person.first, family_name: '', name: person.first, email: person.email, verified_email: true }));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  server.unref();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    /** What a tenant sets up to use it. */
    app: { client_id: clientId, client_secret: 'secret-of-the-app', endpoints: { authorize: `${url}/authorize`, token: `${url}/token`, userinfo: `${url}/me`, inspect: `${url}/inspect` } },
    know: (token: string, person: Person) => people.set(token, person),
    close: () => server.close(),
  };
}

const clientId = 'app-of-the-tenant';

function tokenOf({ url = '', headers }: IncomingMessage): string {
  return new URL(url, 'http://stand-in').searchParams.get('access_token') ?? headers.authorization?.replace('Bearer ', '') ?? '';
}
