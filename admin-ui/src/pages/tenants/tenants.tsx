import { ActionIcon, Group, Menu, SegmentedControl, VisuallyHidden } from '@mantine/core';
import { keepPreviousData, type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconBuildingCommunity, IconDots, IconPlayerPause, IconPlayerPlay, IconPlus, IconSearchOff } from '@tabler/icons-react';
import { useState } from 'react';
import { answer, api } from '../../api/client';
import { refreshTenant, type TenantSummary, tenantsQuery } from '../../api/queries';
import { useAdmin } from '../../api/session';
import { t } from '../../lib/i18n';
import { firstPage, usePager } from '../../lib/pager';
import type { TenantsSearch } from '../../lib/search';
import { Above, type Column } from '../../ui/data-table';
import { Empty } from '../../ui/empty';
import { Guarded } from '../../ui/guarded';
import { RowLink } from '../../ui/link';
import { List } from '../../ui/list';
import { Page } from '../../ui/page';
import { Person } from '../../ui/person';
import { SearchBox } from '../../ui/search-box';
import { Status } from '../../ui/status';
import { done, failed } from '../../ui/toasts';
import { When } from '../../ui/when';
import { CreateTenant } from './create-tenant';
import { SuspendTenant } from './suspend-tenant';

const route = getRouteApi('/inside/tenants');

export function load(queries: QueryClient, search: TenantsSearch) {
  void queries.prefetchQuery(tenantsQuery(filter(search)));
}

export function Tenants() {
  const { operator } = useAdmin();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery({ ...tenantsQuery(filter(search)), placeholderData: keepPreviousData });
  const pager = usePager(query.data?.next_cursor);
  const create = () => void navigate({ search: (old) => ({ ...old, create: true }) });
  const [suspending, setSuspending] = useState<TenantSummary>();
  return (
    <Page
      title={operator ? t('tenants.title') : t('where.yours')}
      where={operator ? t('where.platform') : t('where.yours')}
      about={t('tenants.about')}
      actions={
        <Guarded because={operator ? undefined : t('powers.operator')} leftSection={<IconPlus size={16} />} onClick={create}>
          {t('tenants.create')}
        </Guarded>
      }
    >
      <Filters />
      <List
        query={query}
        label={t('tenants.title')}
        columns={operator ? [...columns, actions(setSuspending)] : columns}
        rowKey={(tenant) => tenant.id}
        empty={search.q || search.status ? <NoMatch /> : <NoTenant />}
        pager={pager}
      />
      {search.create && operator && <CreateTenant onClose={() => void navigate({ search: (old) => ({ ...old, create: undefined }), replace: true })} />}
      {suspending && <SuspendTenant tenant={suspending} onClose={() => setSuspending(undefined)} />}
    </Page>
  );
}

function Filters() {
  const { q = '', status } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <Group gap="sm">
      <SearchBox
        label={t('tenants.search')}
        value={q}
        onSearch={(text) => void navigate({ search: (old) => ({ ...old, ...firstPage, q: text || undefined }), replace: true })}
      />
      <SegmentedControl
        size="sm"
        aria-label={t('tenants.status')}
        value={status ?? 'all'}
        onChange={(value) => void navigate({ search: (old) => ({ ...old, ...firstPage, status: value === 'all' ? undefined : (value as TenantsSearch['status']) }) })}
        data={[
          { value: 'all', label: t('tenants.all') },
          { value: 'active', label: t('tenants.active') },
          { value: 'suspended', label: t('tenants.suspended') },
        ]}
      />
    </Group>
  );
}

const columns: Column<TenantSummary>[] = [
  {
    key: 'name',
    header: t('field.name'),
    phone: 'title',
    grow: true,
    cell: (tenant) => (
      <Person name={tenant.name} detail={tenant.slug} square>
        <RowLink to="/tenants/$slug/users" params={{ slug: tenant.slug }}>
          {tenant.name}
        </RowLink>
      </Person>
    ),
  },
  {
    key: 'status',
    header: t('field.status'),
    phone: 'meta',
    cell: ({ status }) => (status === 'active' ? <Status tone="good">{t('tenants.active')}</Status> : <Status tone="off">{t('tenants.suspended')}</Status>),
  },
  { key: 'created', header: t('field.created'), phone: 'meta', cell: (tenant) => <When at={tenant.created_at} /> },
];

const actions = (suspend: (tenant: TenantSummary) => void): Column<TenantSummary> => ({
  key: 'actions',
  header: <VisuallyHidden>{t('actions')}</VisuallyHidden>,
  phone: 'aside',
  narrow: true,
  align: 'right',
  cell: (tenant) => <Actions tenant={tenant} onSuspend={() => suspend(tenant)} />,
});

function Actions({ tenant, onSuspend }: { tenant: TenantSummary; onSuspend: () => void }) {
  const resume = useResume(tenant);
  return (
    <Above>
      <Menu position="bottom-end" shadow="md" withinPortal>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={t('tenants.actions', { name: tenant.name })} loading={resume.isPending}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {tenant.status === 'active' ? (
            <Menu.Item color="red" leftSection={<IconPlayerPause size={16} />} onClick={onSuspend}>
              {t('tenants.suspend')}
            </Menu.Item>
          ) : (
            <Menu.Item leftSection={<IconPlayerPlay size={16} />} onClick={() => resume.mutate()}>
              {t('tenants.resume')}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
    </Above>
  );
}

function useResume({ slug, name }: TenantSummary) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => answer(api.POST('/admin/v1/tenants/{slug}/resume', { params: { path: { slug } } })),
    onSuccess: () => {
      done(t('tenants.resumed', { name }));
      void queries.invalidateQueries({ queryKey: ['tenants'] });
      void refreshTenant(queries, slug);
    },
    onError: failed,
  });
}

function NoTenant() {
  return (
    <Empty icon={IconBuildingCommunity} title={t('tenants.empty')}>
      {t('tenants.empty-hint')}
    </Empty>
  );
}

function NoMatch() {
  return (
    <Empty icon={IconSearchOff} title={t('tenants.no-match')}>
      {t('tenants.no-match-hint')}
    </Empty>
  );
}

function filter({ q, status, cursor }: TenantsSearch) {
  return { q, status, cursor };
}
