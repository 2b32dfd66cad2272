import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { notifications } from '@mantine/notifications';
import { QueryClient, useQuery } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { show } from '../test/render';
import { useDecide } from './decisions';
import { type User, usersQuery } from './queries';

// The server: who waits, and how it answers decisions.
let waiting: User[];
const decisions = vi.fn<(body: { user_ids: number[]; decision: string; reason?: string }) => Response>();

const person = (id: number, username: string): User => ({
  id,
  username,
  email: `${username}@example.com`,
  email_verified: true,
  pending_email: null,
  mobile_verified: false,
  mobile: null,
  first_name: '',
  last_name: '',
  user_type: 'coach',
  group: { id: 2, name: 'coach', permissions: [] },
  approval: 'pending',
  approval_reason: null,
  active: true,
  invited_until: null,
  avatar: null,
  locale: null,
  created_at: '2026-03-02T08:15:00Z',
  last_login_at: null,
});

const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });
const results = (ids: number[], outcome = 'changed') => json(200, { results: ids.map((user_id) => ({ user_id, outcome })) });

beforeEach(() => {
  waiting = [person(1, 'mia'), person(2, 'noah')];
  vi.stubGlobal('fetch', async (request: Request) => (request.method === 'POST' ? decisions(await request.json()) : json(200, { data: waiting, next_cursor: null })));
});

afterEach(() => {
  notifications.clean();
  vi.unstubAllGlobals();
  vi.resetAllMocks();
});

function Queue() {
  const { data } = useQuery(usersQuery('acme', { status: 'pending' }));
  const decide = useDecide('acme');
  return (
    <>
      <ul>{data?.data.map((user) => <li key={user.id}>{user.username}</li>)}</ul>
      <button type="button" onClick={() => decide({ users: data?.data ?? [], decision: 'approve' })}>
        approve all
      </button>
      <button type="button" onClick={() => decide({ users: data?.data.slice(0, 1) ?? [], decision: 'reject', reason: 'Full.' })}>
        reject first
      </button>
    </>
  );
}

const rows = () => screen.queryAllByRole('listitem').map((item) => item.textContent);

it('empties the list at once, tells what was done, and takes it back', async () => {
  decisions.mockImplementation(({ user_ids, decision }) => {
    waiting = decision === 'pending' ? [person(1, 'mia'), person(2, 'noah')] : [];
    return results(user_ids);
  });
  show(<Queue />, new QueryClient());
  await screen.findByText('mia');
  await userEvent.click(screen.getByText('approve all'));
  expect(await screen.findByText('2 people are approved.')).toBeVisible();
  expect(rows()).toEqual([]);
  await userEvent.click(screen.getByRole('button', { name: 'Undo' }));
  expect(await screen.findByText('2 people are waiting again.')).toBeVisible();
  expect(decisions.mock.calls.map(([body]) => body)).toEqual([
    { user_ids: [1, 2], decision: 'approve' },
    { user_ids: [1, 2], decision: 'pending' },
  ]);
  await waitFor(() => expect(rows()).toEqual(['mia', 'noah']));
});

it('sends the reason with a rejection', async () => {
  decisions.mockImplementation(({ user_ids }) => results(user_ids));
  show(<Queue />, new QueryClient());
  await screen.findByText('mia');
  await userEvent.click(screen.getByText('reject first'));
  expect(await screen.findByText('mia is rejected.')).toBeVisible();
  expect(decisions).toHaveBeenCalledWith({ user_ids: [1], decision: 'reject', reason: 'Full.' });
});

it('puts everybody back when the server says no', async () => {
  decisions.mockImplementation(() => json(503, { code: 'busy', detail: 'Keyhall is busy.' }));
  show(<Queue />, new QueryClient());
  await screen.findByText('mia');
  await userEvent.click(screen.getByText('approve all'));
  expect(await screen.findByText('Keyhall is busy.')).toBeVisible();
  await waitFor(() => expect(rows()).toEqual(['mia', 'noah']));
});

it('tells the truth about each: one changed, one failed', async () => {
  decisions.mockImplementation(() =>
    json(200, {
      results: [
        { user_id: 1, outcome: 'changed' },
        { user_id: 2, outcome: 'failed', error: { code: 'not_found', title: 'There is nothing here.' } },
      ],
    }),
  );
  show(<Queue />, new QueryClient());
  await screen.findByText('mia');
  await userEvent.click(screen.getByText('approve all'));
  expect(await screen.findByText('mia is approved.')).toBeVisible();
  expect(await screen.findByText('noah: There is nothing here.')).toBeVisible();
});

it('offers no undo for what somebody else had decided so already', async () => {
  decisions.mockImplementation(({ user_ids }) => results(user_ids, 'unchanged'));
  show(<Queue />, new QueryClient());
  await screen.findByText('mia');
  await userEvent.click(screen.getByText('approve all'));
  expect(await screen.findByText('It was decided so already: mia, noah.')).toBeVisible();
  expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull();
});
