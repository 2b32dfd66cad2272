import { Group } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { keepPreviousData, type QueryClient, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconFileUpload, IconMailPlus, IconSearchOff, IconUsers } from '@tabler/icons-react';
import { useState } from 'react';
import { answer, api } from '../../api/client';
import { groupsQuery, tenantQuery, type User, usersQuery } from '../../api/queries';
import { useAdmin } from '../../api/session';
import { t } from '../../lib/i18n';
import { usePager } from '../../lib/pager';
import { obstacle } from '../../lib/powers';
import type { UsersSearch } from '../../lib/search';
import { useSorting } from '../../lib/sorting';
import { Copyable } from '../../ui/copy';
import { Empty } from '../../ui/empty';
import { Export } from '../../ui/export';
import { Guarded } from '../../ui/guarded';
import { List, type ListProps } from '../../ui/list';
import { Page } from '../../ui/page';
import { Bulk } from './bulk';
import { ColumnChoice } from './column-choice';
import { chosenAtFirst, columns } from './columns';
import { filter, view } from './filter';
import { Everybody } from './everybody';
import { Filters } from './filters';
import { Import } from './import';
import { Invite } from './invite';
import { Runs } from './runs';
import { sheet } from './sheet';
import { Views } from './views';

const route = getRouteApi('/inside/tenants/$slug/users');

export function load(queries: QueryClient, slug: string, search: UsersSearch) {
  void queries.prefetchQuery(usersQuery(slug, filter(search)));
  void queries.prefetchQuery(groupsQuery(slug));
}

export function Users() {
  const { slug } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const tenant = useQuery(tenantQuery(slug));
  const query = useQuery({ ...usersQuery(slug, filter(search)), placeholderData: keepPreviousData });
  const pager = usePager(query.data?.next_cursor);
  const [chosen, choose] = useLocalStorage<string[]>({ key: 'keyhall-users-columns', defaultValue: chosenAtFirst });
  const [reports, setReports] = useState(false);
  const because = obstacle(useAdmin(), slug, 'manage');
  const open = (dialog: Pick<UsersSearch, 'invite' | 'import'>) => void navigate({ search: (old) => ({ ...old, invite: undefined, import: undefined, ...dialog }), ignoreBlocker: true });
  const narrowed = Object.keys(view(search)).length > 0;
  const actions = (
    <>
      <Views chosen={chosen} onChoose={choose} />
      <Export {...sheet(slug, chosen)} read={(cursor) => read(slug, { ...search, cursor })} />
      <ColumnChoice chosen={chosen} onChoose={choose} />
      <Guarded variant="default" because={because} leftSection={<IconFileUpload size={16} />} onClick={() => open({ import: true })}>
        {t('import.open')}
      </Guarded>
      <Guarded because={because} leftSection={<IconMailPlus size={16} />} onClick={() => open({ invite: true })}>
        {t('invite.open')}
      </Guarded>
    </>
  );
  return (
    <Page title={t('users.title')} where={tenant.data?.name ?? slug} about={t('users.about')} actions={actions}>
      <Group gap="sm" align="flex-start">
        <Filters />
        <Everybody slug={slug} filter={{ ...filter(search), cursor: undefined }} onReports={() => setReports(true)} />
      </Group>
      <Runs slug={slug} reports={reports} onReports={setReports} />
      {/* What is ticked belongs to one view: another one starts afresh. */}
      <People key={JSON.stringify(filter(search))} query={query} pager={pager} chosen={chosen} empty={narrowed ? <NoMatch /> : <Nobody address={tenant.data?.issuer} />} />
      {search.invite && because === undefined && <Invite slug={slug} onClose={() => open({})} />}
      {search.import && because === undefined && <Import slug={slug} onClose={() => open({})} />}
    </Page>
  );
}

type PeopleProps = Pick<ListProps<User>, 'query' | 'pager' | 'empty'> & { chosen: string[] };

function People({ query, pager, empty, chosen }: PeopleProps) {
  const { slug } = route.useParams();
  const [ticks, setTicks] = useState<ReadonlySet<number>>(new Set());
  const sorting = useSorting();
  const rows = query.data?.data ?? [];
  const ticked = rows.filter(({ id }) => ticks.has(id));
  return (
    <>
      <List
        query={query}
        label={t('users.title')}
        columns={columns(slug, chosen, { ticks, ids: rows.map(({ id }) => id), setTicks })}
        rowKey={(user) => user.id}
        rowProps={(user) => ({ 'data-selected': ticks.has(user.id) || undefined })}
        empty={empty}
        pager={pager}
        sorting={sorting}
      />
      <Bulk slug={slug} users={ticked} chosen={chosen} onClear={() => setTicks(new Set())} />
    </>
  );
}

function read(slug: string, search: UsersSearch) {
  return answer(api.GET('/admin/v1/tenants/{slug}/users', { params: { path: { slug }, query: { ...filter(search), limit: 200 } } }));
}

function Nobody({ address }: { address: string | undefined }) {
  return (
    <Empty icon={IconUsers} title={t('users.empty')} action={address && <Copyable value={`${address}/registration/`} what={t('users.address')} />}>
      {t('users.empty-hint')}
    </Empty>
  );
}

function NoMatch() {
  return (
    <Empty icon={IconSearchOff} title={t('users.no-match')}>
      {t('users.no-match-hint')}
    </Empty>
  );
}
