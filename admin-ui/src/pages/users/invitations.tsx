import { ActionIcon, Group as Row, Progress, Stack, Text, Tooltip, VisuallyHidden } from '@mantine/core';
import { keepPreviousData, type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconMailForward, IconMailPlus, IconSearchOff, IconSend, IconX } from '@tabler/icons-react';
import { useAct } from '../../lib/act';
import { answer, api } from '../../api/client';
import { refreshTenant, tenantQuery, usageQuery, type User, usersQuery } from '../../api/queries';
import { useAdmin } from '../../api/session';
import { t } from '../../lib/i18n';
import { count } from '../../lib/numbers';
import { firstPage, usePager } from '../../lib/pager';
import { displayName } from '../../lib/people';
import { obstacle } from '../../lib/powers';
import type { InvitationsSearch } from '../../lib/search';
import { useSorting } from '../../lib/sorting';
import { ask } from '../../ui/ask';
import { Above, type Column } from '../../ui/data-table';
import { Empty } from '../../ui/empty';
import { Guarded } from '../../ui/guarded';
import { List } from '../../ui/list';
import { Page } from '../../ui/page';
import { SearchBox } from '../../ui/search-box';
import { Tag } from '../../ui/tag';
import { done, failed } from '../../ui/toasts';
import { UserState } from '../../ui/user-state';
import { When } from '../../ui/when';
import { person } from './columns';
import { Invite } from './invite';

const route = getRouteApi('/inside/tenants/$slug/invitations');

const asked = ({ q, sort, cursor }: InvitationsSearch) => ({ status: 'invited' as const, q, sort, cursor });

export function load(queries: QueryClient, slug: string, search: InvitationsSearch) {
  void queries.prefetchQuery(usersQuery(slug, asked(search)));
  void queries.prefetchQuery(usageQuery(slug));
}

/** Who was invited and has not joined. */
export function Invitations() {
  const { slug } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const tenant = useQuery(tenantQuery(slug));
  const query = useQuery({ ...usersQuery(slug, asked(search)), placeholderData: keepPreviousData });
  const pager = usePager(query.data?.next_cursor);
  const sorting = useSorting();
  const because = obstacle(useAdmin(), slug, 'manage');
  const open = (invite?: true) => void navigate({ search: (old) => ({ ...old, invite }), replace: !invite, ignoreBlocker: true });
  const invite = (
    <Guarded because={because} leftSection={<IconMailPlus size={16} />} onClick={() => open(true)}>
      {t('invite.open')}
    </Guarded>
  );
  return (
    <Page title={t('invitations.title')} where={tenant.data?.name ?? slug} about={t('invitations.about')} actions={invite}>
      <Row justify="space-between" gap="sm">
        <SearchBox label={t('invitations.search')} value={search.q ?? ''} onSearch={(q) => void navigate({ search: (old) => ({ ...old, ...firstPage, q: q || undefined }), replace: true })} />
        <Quota slug={slug} />
      </Row>
      <List
        query={query}
        label={t('invitations.title')}
        columns={[person(slug, 'email'), type, group, state, until, actions(slug, because)]}
        rowKey={(user) => user.id}
        pager={pager}
        sorting={sorting}
        empty={
          search.q ? (
            <Empty icon={IconSearchOff} title={t('invitations.no-match')} />
          ) : (
            <Empty icon={IconMailForward} title={t('invitations.empty')}>
              {t('invitations.empty-hint')}
            </Empty>
          )
        }
      />
      {search.invite && because === undefined && <Invite slug={slug} onClose={() => open()} />}
    </Page>
  );
}

/** How many more mails there may be today. */
function Quota({ slug }: { slug: string }) {
  const { data } = useQuery(usageQuery(slug));
  if (!data) return null;
  const { sent, limit } = data.invitations;
  const said = t('invitations.quota', { n: count(sent), most: count(limit) });
  return (
    <Stack gap={4} miw={220}>
      <Text size="xs" c="dimmed">
        {said}
      </Text>
      <Progress value={(sent / limit) * 100} color={sent >= limit ? 'red' : undefined} aria-label={said} />
    </Stack>
  );
}

const type: Column<User> = { key: 'type', header: t('user.type'), phone: 'hidden', narrow: true, cell: (user) => <Text size="sm">{t(`user.type-${user.user_type}`)}</Text> };

const group: Column<User> = { key: 'group', header: t('field.group'), phone: 'meta', narrow: true, cell: (user) => <Tag>{user.group.name}</Tag> };

const state: Column<User> = { key: 'status', header: t('field.status'), phone: 'meta', narrow: true, cell: (user) => <UserState user={user} /> };

const until: Column<User> = { key: 'until', header: t('invitations.until'), sort: { by: 'invited_until' }, phone: 'meta', narrow: true, cell: (user) => <When at={user.invited_until} /> };

const actions = (slug: string, because: string | undefined): Column<User> => ({
  key: 'actions',
  header: <VisuallyHidden>{t('actions')}</VisuallyHidden>,
  phone: 'end',
  narrow: true,
  align: 'right',
  cell: (user) => <Actions slug={slug} user={user} because={because} />,
});

function Actions({ slug, user, because }: { slug: string; user: User; because: string | undefined }) {
  const name = displayName(user);
  const path = { params: { path: { slug, id: user.id } } };
  const again = useChange(slug, t('user.invite-sent'), () => answer(api.POST('/admin/v1/tenants/{slug}/users/{id}/invitation', path)));
  const back = useChange(slug, t('user.uninvited', { name }), () => answer(api.DELETE('/admin/v1/tenants/{slug}/users/{id}/invitation', path)));
  const sure = () => ask({ title: t('user.uninvite-title', { name }), text: t('user.uninvite-text'), confirm: t('user.uninvite'), onConfirm: () => back.mutateAsync() });
  const off = { 'aria-disabled': because !== undefined, 'data-disabled': because !== undefined || undefined } as const;
  return (
    <Above>
      <Row gap={2} wrap="nowrap">
        <Tooltip label={because ?? t('user.invite-again')} multiline maw={280}>
          <ActionIcon variant="subtle" color="gray" aria-label={t('invitations.again', { name })} {...off} loading={again.isPending} onClick={because === undefined ? () => void again.mutateAsync().catch(failed) : undefined}>
            <IconSend size={17} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label={because ?? t('user.uninvite')} multiline maw={280}>
          <ActionIcon variant="subtle" color={because ? 'gray' : 'red'} aria-label={t('invitations.back', { name })} {...off} loading={back.isPending} onClick={because === undefined ? sure : undefined}>
            <IconX size={17} />
          </ActionIcon>
        </Tooltip>
      </Row>
    </Above>
  );
}

function useChange(slug: string, said: string, change: () => Promise<unknown>) {
  const queries = useQueryClient();
  return useAct({ mutationFn: change, onSuccess: () => done(said), onSettled: () => refreshTenant(queries, slug) });
}
