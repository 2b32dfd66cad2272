import { Button, Group, SegmentedControl } from '@mantine/core';
import { keepPreviousData, type QueryClient, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconBuildingCommunity, IconPlus, IconSearchOff, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { type TenantSummary, tenantsQuery } from '../../api/queries';
import { useAdmin } from '../../api/session';
import { t } from '../../lib/i18n';
import { firstPage, usePager } from '../../lib/pager';
import type { TenantsSearch } from '../../lib/search';
import { useSorting } from '../../lib/sorting';
import type { Column } from '../../ui/data-table';
import { Empty } from '../../ui/empty';
import { Guarded } from '../../ui/guarded';
import { RowLink } from '../../ui/link';
import { List } from '../../ui/list';
import { Page } from '../../ui/page';
import { Person } from '../../ui/person';
import { SearchBox } from '../../ui/search-box';
import { Status } from '../../ui/status';
import { When } from '../../ui/when';
import { actions } from './actions';
import { CreateTenant } from './create-tenant';
import { EraseTenant } from './erase-tenant';
import { Erasures } from './erasures';
import { SuspendTenant } from './suspend-tenant';
import { UsageDrawer } from './usage';

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
  const sorting = useSorting();
  const create = () => void navigate({ search: (old) => ({ ...old, create: true }) });
  const [suspending, setSuspending] = useState<TenantSummary>();
  const [erasing, setErasing] = useState<TenantSummary>();
  const deletions = (open?: true) => void navigate({ search: (old) => ({ ...old, deletions: open }), replace: !open });
  const usage = (slug?: string) => void navigate({ search: (old) => ({ ...old, usage: slug }), replace: !slug, resetScroll: false });
  return (
    <Page
      title={operator ? t('tenants.title') : t('where.yours')}
      where={operator ? t('where.platform') : t('where.yours')}
      about={t('tenants.about')}
      actions={
        <>
          {operator && (
            <Button variant="default" leftSection={<IconTrash size={16} />} onClick={() => deletions(true)}>
              {t('erase.list')}
            </Button>
          )}
          <Guarded because={operator ? undefined : t('powers.operator')} leftSection={<IconPlus size={16} />} onClick={create}>
            {t('tenants.create')}
          </Guarded>
        </>
      }
    >
      <Filters />
      <List
        query={query}
        label={t('tenants.title')}
        columns={operator ? [...columns, actions(({ slug }) => usage(slug), setSuspending, setErasing)] : columns}
        rowKey={(tenant) => tenant.id}
        empty={search.q || search.status ? <NoMatch /> : <NoTenant />}
        pager={pager}
        sorting={sorting}
      />
      {search.create && operator && <CreateTenant onClose={() => void navigate({ search: (old) => ({ ...old, create: undefined }), replace: true })} />}
      {search.deletions && operator && <Erasures onClose={() => deletions()} />}
      {erasing && (
        <EraseTenant
          tenant={erasing}
          onClose={() => setErasing(undefined)}
          onBegun={() => {
            setErasing(undefined);
            deletions(true);
          }}
        />
      )}
      {operator && <UsageDrawer slug={search.usage} onClose={() => usage()} />}
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
    sort: { by: 'name' },
    phone: 'title',
    grow: true,
    cell: (tenant) => (
      <Person name={tenant.name} detail={tenant.slug} square>
        <RowLink to="/tenants/$slug" params={{ slug: tenant.slug }}>
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
  { key: 'created', header: t('field.created'), sort: { by: 'created_at', latestFirst: true }, phone: 'meta', cell: (tenant) => <When at={tenant.created_at} /> },
];

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

function filter({ q, status, sort, cursor }: TenantsSearch) {
  return { q, status, sort, cursor };
}
