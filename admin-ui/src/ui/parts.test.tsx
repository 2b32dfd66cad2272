import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { ApiError } from '../api/errors';
import { show } from '../test/render';
import { Guarded } from './guarded';
import { List } from './list';
import { initials } from './person';
import { Problem } from './problem';
import { RejectDialog } from './reject-dialog';
import { SearchBox } from './search-box';
import { When } from './when';

type Row = { id: number; name: string };
const columns = [{ key: 'name', header: 'Name', phone: 'title' as const, cell: (row: Row) => row.name }];
const list = (query: Partial<Parameters<typeof List<Row>>[0]['query']>) => (
  <List
    label="People"
    columns={columns}
    rowKey={(row) => row.id}
    empty="Nobody is waiting"
    query={{ data: undefined, error: null, isPlaceholderData: false, refetch: vi.fn(), ...query }}
  />
);

describe('List', () => {
  it('shows rows, and that they are on their way', async () => {
    show(list({}));
    expect(await screen.findByRole('table', { name: 'People' })).toHaveAttribute('aria-busy', 'true');
  });

  it('teaches when it is empty', async () => {
    show(list({ data: { data: [] } }));
    expect(await screen.findByText('Nobody is waiting')).toBeVisible();
  });

  it('offers to ask again, and keeps the rows it has', async () => {
    const refetch = vi.fn();
    show(list({ data: { data: [{ id: 1, name: 'Mia' }] }, error: new ApiError(503, 'busy', 'Keyhall is busy.'), refetch }));
    expect(await screen.findByRole('cell', { name: 'Mia' })).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(refetch).toHaveBeenCalledOnce();
  });
});

it('Problem says what happened and gives the request id to copy', async () => {
  show(<Problem error={new ApiError(500, 'internal', 'Something went wrong on our side.', [], '01J9Z6V0QK')} />);
  expect(await screen.findByRole('alert')).toHaveTextContent('Something went wrong on our side.');
  expect(screen.getByText('01J9Z6V0QK')).toBeVisible();
  expect(screen.getByRole('button', { name: 'Copy Request id' })).toBeVisible();
});

it('Guarded can be reached, does nothing, and says why', async () => {
  const act = vi.fn();
  show(
    <Guarded because="It has 3 members." onClick={act}>
      Delete
    </Guarded>,
  );
  const button = await screen.findByRole('button', { name: 'Delete' });
  await userEvent.tab();
  expect(button).toHaveFocus();
  expect(await screen.findByRole('tooltip')).toHaveTextContent('It has 3 members.');
  await userEvent.keyboard('{Enter}');
  expect(act).not.toHaveBeenCalled();
});

it('RejectDialog takes a preset or own words', async () => {
  const reject = vi.fn();
  show(<RejectDialog count={2} onReject={reject} onClose={vi.fn()} />);
  await userEvent.click(await screen.findByText('Your details are incomplete.'));
  await userEvent.type(screen.getByRole('textbox', { name: 'Reason' }), ' Please add a picture. ');
  await userEvent.click(screen.getByRole('button', { name: 'Reject 2' }));
  expect(reject).toHaveBeenCalledWith('Your details are incomplete. Please add a picture.');
});

it('SearchBox waits until typing stops, and follows the address', async () => {
  const search = vi.fn();
  function Room() {
    const [value, setValue] = useState('');
    return (
      <>
        <SearchBox label="Search" value={value} onSearch={search} />
        <button type="button" onClick={() => setValue('from the address')}>
          back
        </button>
      </>
    );
  }
  show(<Room />);
  const box = await screen.findByRole('searchbox', { name: 'Search' });
  await userEvent.type(box, ' mia ');
  await vi.waitFor(() => expect(search).toHaveBeenCalledWith('mia'));
  expect(search).toHaveBeenCalledOnce();
  await userEvent.click(screen.getByText('back'));
  expect(box).toHaveValue('from the address');
});

it('When tells the time as people do, and exactly to machines', async () => {
  const at = new Date(Date.now() - 5 * 60_000).toISOString();
  show(<When at={at} />);
  const time = await screen.findByText('5 minutes ago');
  expect(time).toHaveAttribute('datetime', at);
});

it.each([
  ['Mia Wong', 'MW'],
  ['mia', 'M'],
  ['lin.tanaka@example.com', 'LC'],
  ['王小明', '王'],
  ['👩‍🚀 Ada', '👩A'],
  ['', ''],
])('initials of %j are %j', (name, letters) => {
  expect(initials(name)).toBe(letters);
});
