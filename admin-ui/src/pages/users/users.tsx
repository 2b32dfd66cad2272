import { Badge, Button, Group, Select, Text } from '@mantine/core';
import { keepPreviousData, type QueryClient, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconSearchOff, IconUsers } from '@tabler/icons-react';
import { groupsQuery, tenantQuery, type User, usersQuery } from '../../api/queries';
import { t } from '../../lib/i18n';
import { firstPage, usePager } from '../../lib/pager';
import { displayName, handle } from '../../lib/people';
import { type UsersSearch, userStates } from '../../lib/search';
import { Copyable } from '../../ui/copy';
import { Above, type Column } from '../../ui/data-table';
import { Empty } from '../../ui/empty';
import { RowLink } from '../../ui/link';
import { List } from '../../ui/list';
import { Page } from '../../ui/page';
import { Person } from '../../ui/person';
import { SearchBox } from '../../ui/search-box';
import { UserState } from '../../ui/user-state';
import { Verified } from '../../ui/verified';
import { When } from '../../ui/when';

const route = getRouteApi('/inside/tenants/$slug/users');

export function load(queries: QueryClient, slug: string, search: UsersSearch) {
  void queries.prefetchQuery(usersQuery(slug, filter(search)));
  void queries.prefetchQuery(groupsQuery(slug));
}

export function Users() {
  const { slug } = route.useParams();
  const search = route.useSearch();
  const tenant = useQuery(tenantQuery(slug));
  const query = useQuery({ ...usersQuery(slug, filter(search)), placeholderData: keepPreviousData });
  const pager = usePager(query.data?.next_cursor);
  const filtered = search.q ?? search.status ?? search.group;
  return (
    <Page title={t('users.title')} where={tenant.data?.name ?? slug} about={t('users.about')}>
      <Filters />
      <List
        query={query}
        label={t('users.title')}
        columns={columns(slug)}
        rowKey={(user) => user.id}
        empty={filtered ? <NoMatch /> : <Nobody address={tenant.data?.issuer} />}
        pager={pager}
      />
    </Page>
  );
}

function Filters() {
  const { slug } = route.useParams();
  const { q = '', status, group } = route.useSearch();
  const navigate = route.useNavigate();
  const groups = useQuery(groupsQuery(slug));
  const set = (change: UsersSearch, replace = false) => void navigate({ search: (old) => ({ ...old, ...firstPage, ...change }), replace });
  return (
    <Group gap="sm">
      <SearchBox label={t('users.search')} value={q} onSearch={(text) => set({ q: text || undefined }, true)} />
      <Select
        aria-label={t('users.status')}
        placeholder={t('users.any-status')}
        clearable
        w={170}
        value={status ?? null}
        onChange={(value) => set({ status: userStates.find((state) => state === value) })}
        data={userStates.map((value) => ({ value, label: t(`users.${value}`) }))}
      />
      <Select
        aria-label={t('users.group')}
        placeholder={t('users.any-group')}
        clearable
        searchable
        w={170}
        value={group ?? null}
        onChange={(value) => set({ group: value ?? undefined })}
        data={groups.data?.map(({ name }) => name) ?? (group ? [group] : [])}
      />
      {(q || status || group) && (
        <Button variant="subtle" color="gray" onClick={() => set({ q: undefined, status: undefined, group: undefined })}>
          {t('users.clear')}
        </Button>
      )}
    </Group>
  );
}

const columns = (slug: string): Column<User>[] => [
  {
    key: 'name',
    header: t('users.one'),
    phone: 'title',
    grow: true,
    cell: (user) => (
      <Person name={displayName(user)} detail={handle(user)}>
        <RowLink to="/tenants/$slug/users/$id" params={{ slug, id: user.id }}>
          {displayName(user)}
        </RowLink>
      </Person>
    ),
  },
  { key: 'status', header: t('field.status'), phone: 'meta', narrow: true, cell: (user) => <UserState user={user} /> },
  {
    key: 'email',
    header: t('users.proof'),
    phone: 'aside',
    narrow: true,
    cell: (user) => (
      <Above>
        {user.email === null ? (
          <Text size="sm" c="dimmed">
            –
          </Text>
        ) : (
          <Verified yes={user.email_verified} />
        )}
      </Above>
    ),
  },
  {
    key: 'group',
    header: t('field.group'),
    phone: 'meta',
    narrow: true,
    cell: (user) => (
      <Badge>
        {user.group.name}
      </Badge>
    ),
  },
  { key: 'joined', header: t('users.joined'), phone: 'meta', narrow: true, cell: (user) => <When at={user.created_at} /> },
  { key: 'seen', header: t('users.last-sign-in'), phone: 'hidden', narrow: true, cell: (user) => <When at={user.last_login_at} never={t('users.never')} /> },
];

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

function filter({ q, status, group, cursor }: UsersSearch) {
  return { q, status, group, cursor };
}
