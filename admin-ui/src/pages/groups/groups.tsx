import { ActionIcon, Badge, Group as Row, Text, Tooltip, VisuallyHidden } from '@mantine/core';
import { keepPreviousData, type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconPlus, IconShieldCheck, IconTrash } from '@tabler/icons-react';
import { useAct } from '../../lib/act';
import { answer, api } from '../../api/client';
import { type Group, groupsQuery, refreshTenant, tenantQuery } from '../../api/queries';
import { useAdmin } from '../../api/session';
import { t } from '../../lib/i18n';
import { obstacle } from '../../lib/powers';
import type { GroupsSearch } from '../../lib/search';
import { useSorting } from '../../lib/sorting';
import { ask } from '../../ui/ask';
import { Above, type Column } from '../../ui/data-table';
import { Empty } from '../../ui/empty';
import { Guarded } from '../../ui/guarded';
import { RowLink, TextLink } from '../../ui/link';
import { List } from '../../ui/list';
import { Page } from '../../ui/page';
import { done } from '../../ui/toasts';
import { EditGroup } from './edit-group';
import { Managers } from './managers';
import classes from './groups.module.css';

const route = getRouteApi('/inside/tenants/$slug/groups');

export function load(queries: QueryClient, slug: string, { sort }: GroupsSearch) {
  void queries.prefetchQuery(groupsQuery(slug, sort));
}

export function Groups() {
  const { slug } = route.useParams();
  const { sort, edit, managers: managed } = route.useSearch();
  const navigate = route.useNavigate();
  const tenant = useQuery(tenantQuery(slug));
  const query = useQuery({ ...groupsQuery(slug, sort), placeholderData: keepPreviousData });
  const sorting = useSorting();
  const because = obstacle(useAdmin(), slug, 'manage');
  const edited = query.data?.find(({ id }) => id === edit);
  const open = (edit: number | 'new' | undefined) => void navigate({ search: (old) => ({ ...old, edit }), replace: edit === undefined, ignoreBlocker: true });
  return (
    <Page
      title={t('groups.title')}
      where={tenant.data?.name ?? slug}
      about={t('groups.about')}
      actions={
        <Guarded because={because} leftSection={<IconPlus size={16} />} onClick={() => open('new')}>
          {t('groups.create')}
        </Guarded>
      }
    >
      <List
        query={{ ...query, data: query.data && { data: query.data } }}
        label={t('groups.title')}
        columns={[name, permissions, members(slug), managers, actions(slug, because)]}
        rowKey={(group) => group.id}
        sorting={sorting}
        empty={
          <Empty icon={IconShieldCheck} title={t('groups.empty')}>
            {t('groups.empty-hint')}
          </Empty>
        }
      />
      {(edit === 'new' || edited) && because === undefined && <EditGroup slug={slug} group={edited} onClose={() => open(undefined)} />}
      <Managers slug={slug} group={query.data?.find(({ id }) => id === managed)} because={because} onClose={() => void navigate({ search: (old) => ({ ...old, managers: undefined }), replace: true })} />
    </Page>
  );
}

const name: Column<Group> = {
  key: 'name',
  header: t('field.name'),
  sort: { by: 'name' },
  phone: 'title',
  cell: (group) => (
    <Row gap="xs" wrap="nowrap">
      <RowLink to="." search={(old) => ({ ...old, edit: group.id })} resetScroll={false}>
        {group.name}
      </RowLink>
      {group.default && (
        <Above>
          <Tooltip label={t('groups.default-hint')} multiline maw={280}>
            <Badge size="sm">
              {t('groups.default')}
            </Badge>
          </Tooltip>
        </Above>
      )}
    </Row>
  ),
};

const permissions: Column<Group> = {
  key: 'permissions',
  header: t('groups.permissions'),
  phone: 'meta',
  grow: true,
  cell: (group) =>
    group.permissions.length === 0 ? (
      <Text size="sm" c="dimmed">
        {t('groups.none')}
      </Text>
    ) : (
      <Row gap={6}>
        {group.permissions.map((permission) => (
          <Badge key={permission} ff="monospace" fw={400}>
            {permission}
          </Badge>
        ))}
      </Row>
    ),
};

const members = (slug: string): Column<Group> => ({
  key: 'members',
  header: t('groups.members'),
  sort: { by: 'members', latestFirst: true },
  phone: 'meta',
  narrow: true,
  cell: (group) => (
    <Above>
      <TextLink to="/tenants/$slug/users" params={{ slug }} search={{ group: group.name }} size="sm">
        {t('groups.count', { count: group.members })}
      </TextLink>
    </Above>
  ),
});

const managers: Column<Group> = {
  key: 'managers',
  header: t('groups.managers'),
  phone: 'meta',
  narrow: true,
  cell: (group) => (
    <Above>
      <TextLink to="." search={(old) => ({ ...old, managers: group.id })} resetScroll={false} size="sm">
        {t('groups.managers-count', { count: group.managers })}
      </TextLink>
    </Above>
  ),
};

const actions = (slug: string, because: string | undefined): Column<Group> => ({
  key: 'actions',
  header: <VisuallyHidden>{t('actions')}</VisuallyHidden>,
  phone: 'aside',
  narrow: true,
  align: 'right',
  cell: (group) => <Actions slug={slug} group={group} because={because} />,
});

function Actions({ slug, group, because }: { slug: string; group: Group; because: string | undefined }) {
  const remove = useRemove(slug, group);
  const kept = because ?? (group.default ? t('groups.keep-default') : group.members > 0 ? t('groups.keep-members', { count: group.members }) : undefined);
  const sure = () => ask({ title: t('groups.delete-title', { name: group.name }), text: t('groups.delete-text'), confirm: t('groups.delete'), onConfirm: () => remove.mutateAsync() });
  return (
    <Above>
      <Row gap={2} wrap="nowrap">
        <Tooltip label={kept ?? t('groups.delete')} multiline maw={280}>
          <ActionIcon
            variant="subtle"
            className={classes.quiet}
            color={kept ? 'gray' : 'red'}
            aria-label={t('groups.delete-one', { name: group.name })}
            aria-disabled={kept !== undefined}
            data-disabled={kept !== undefined || undefined}
            loading={remove.isPending}
            onClick={kept === undefined ? sure : undefined}
          >
            <IconTrash size={17} />
          </ActionIcon>
        </Tooltip>
      </Row>
    </Above>
  );
}

function useRemove(slug: string, { id, name }: Group) {
  const queries = useQueryClient();
  return useAct({
    mutationFn: () => answer(api.DELETE('/admin/v1/tenants/{slug}/groups/{id}', { params: { path: { slug, id } } })),
    onSuccess: () => done(t('groups.deleted', { name })),
    onSettled: () => refreshTenant(queries, slug),
  });
}
