import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Tenant } from './keyhall';

export type Club = { slug: string; /** A coach who was approved and is signed in. */ coach: number; /** One who waits. */ applicant: number; /** What is told of events. */ endpoint: string };

const coaches: [username: string, first: string, last: string][] = [
  ['lin.tanaka', 'Lin', 'Tanaka'],
  ['priya.silva', 'Priya', 'Silva'],
  ['jonas.berg', 'Jonas', 'Berg'],
  ['sofia.rossi', 'Sofia', 'Rossi'],
  ['omar.haddad', 'Omar', 'Haddad'],
  ['elsa.lindqvist', 'Elsa', 'Lindqvist'],
  ['tom.okafor', 'Tom', 'Okafor'],
];

const neighbours: [name: string, slug: string][] = [
  ['Northside Athletics', 'northside'],
  ['Lakeview Judo School', 'lakeview'],
  ['Riverside Rowing', 'riverside'],
  ['Hilltop Swimmers', 'hilltop'],
];

/** A club with people in each state, and some neighbours, so that no picture is empty. */
export async function furnish(make: (name: string, slug: string) => Promise<Tenant>): Promise<Club> {
  const club = await make('Harbour Sports Club', 'harbour');
  for (const [name, slug] of neighbours) await make(name, slug);
  const endpoint = await listener(club);
  await club.call('POST', '/groups', { name: 'referees', permissions: ['matches.write', 'matches.cancel', 'stats.read'] });
  const ids: number[] = [];
  for (const [username, first_name, last_name] of coaches) {
    const id = await club.coach(username);
    await club.call('PATCH', `/users/${id}`, { first_name, last_name });
    ids.push(id);
  }
  const [coach = 0, rejected = 0, applicant = 0] = ids;
  await club.call('POST', '/approvals', { user_ids: [coach], decision: 'approve' });
  await club.call('POST', '/approvals', { user_ids: [rejected], decision: 'reject', reason: 'No licence was given.' });
  const noah = await club.user('noah.novak', { first_name: 'Noah', last_name: 'Novak' });
  await club.call('PATCH', `/users/${noah}`, { group: 'referees' });
  await club.call('PUT', `/groups/2/managers/${coach}`);
  const zoe = await club.user('zoe.dubois', { first_name: 'Zoé', last_name: 'Dubois' });
  await club.call('PATCH', `/users/${zoe}`, { active: false });
  await club.user('mia.wong', { first_name: 'Mia', last_name: 'Wong' });
  for (const [name, group] of [['nora.lang', 'referees'], ['kofi.mensah', 'coach']]) await club.call('POST', '/users', { email: `${name}@example.com`, group, invite: true });
  await club.call('PUT', '/limits', { max_users: 200, mails_per_day: 50, mails_per_month: 1000, texts_per_month: 100 });
  await club.call('POST', '/keys', { kind: 'secret', name: 'Nightly import' });
  await club.call('POST', '/keys', { kind: 'publishable', name: 'Web shop' });
  for (let i = 0; i < 2; i++) await club.call('POST', '/signing-keys/rotate'); // one that signs, one that did
  await club.call('POST', '/admins', { email: 'ada.novak@harbour.example', role: 'owner' });
  await club.call('POST', '/admins', { email: 'ben.carter@harbour.example', role: 'approver' });
  return { slug: club.slug, coach, applicant, endpoint };
}

/** Registers a server that is content with whatever it is told, as long as the tests last. */
async function listener(club: Tenant): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(204).end();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  server.unref();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keyhall`;
  const events = ['user.created', 'user.approved', 'user.rejected', 'user.updated'];
  const { id } = (await club.call('POST', '/webhooks', { url, events, description: 'Members’ website' })) as { id: string };
  return id;
}
