import { Group, Tabs } from '@mantine/core';
import { keepPreviousData, type QueryClient, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconMoodSmile, IconSearchOff, IconUserCheck } from '@tabler/icons-react';
import { overviewQuery, type Tenant, tenantQuery, usersQuery } from '../../api/queries';
import { t } from '../../lib/i18n';
import { firstPage, usePager } from '../../lib/pager';
import { type ApprovalsSearch, approvalTabs } from '../../lib/search';
import { Empty } from '../../ui/empty';
import { Page } from '../../ui/page';
import { SearchBox } from '../../ui/search-box';
import { Queue } from './queue';
import { Runs } from './runs';

const route = getRouteApi('/inside/tenants/$slug/approvals');

export function load(queries: QueryClient, slug: string, search: ApprovalsSearch) {
  void queries.prefetchQuery(usersQuery(slug, filter(search)));
}

export function Approvals() {
  const { slug } = route.useParams();
  const search = route.useSearch();
  const { tab = 'pending', q, sort, cursor } = search;
  const tenant = useQuery(tenantQuery(slug));
  const query = useQuery({ ...usersQuery(slug, filter(search)), placeholderData: keepPreviousData });
  const pager = usePager(query.data?.next_cursor);
  return (
    <Page title={t('approvals.title')} where={tenant.data?.name ?? slug} about={t('approvals.about')}>
      <TabBar tab={tab} />
      <Runs slug={slug} />
      {/* What is ticked belongs to one view: another one starts afresh. */}
      <Queue
        key={`${tab} ${q} ${sort} ${cursor}`}
        query={query}
        pager={pager}
        tab={tab}
        filter={filter({ q, tab })}
        empty={q ? <NoMatch /> : <Nobody tab={tab} tenant={tenant.data} />}
      />
    </Page>
  );
}

function TabBar({ tab }: { tab: NonNullable<ApprovalsSearch['tab']> }) {
  const { slug } = route.useParams();
  const { q = '' } = route.useSearch();
  const navigate = route.useNavigate();
  const overview = useQuery(overviewQuery(slug));
  const set = (change: ApprovalsSearch, replace = false) => void navigate({ search: (old) => ({ ...old, ...firstPage, open: undefined, ...change }), replace });
  const count = (value: string) => (value === 'pending' || value === 'rejected' ? overview.data?.users[value] : undefined);
  return (
    <Group justify="space-between" gap="sm" align="flex-end">
      <Tabs value={tab} onChange={(value) => set({ tab: approvalTabs.find((known) => known === value && known !== 'pending') })} maw="100%">
        <Tabs.List aria-label={t('approvals.tabs')} style={{ flexWrap: 'nowrap', overflowX: 'auto' }}>
          {approvalTabs.map((value) => (
            <Tabs.Tab key={value} value={value} aria-controls="queue">
              {t(`approvals.${value}`)}
              {count(value) !== undefined && ` ${t('approvals.count', { n: count(value) ?? 0 })}`}
            </Tabs.Tab>
          ))}
        </Tabs.List>
      </Tabs>
      <SearchBox label={t('approvals.search')} value={q} onSearch={(text) => set({ q: text || undefined }, true)} />
    </Group>
  );
}

function Nobody({ tab, tenant }: { tab: NonNullable<ApprovalsSearch['tab']>; tenant: Tenant | undefined }) {
  if (tab === 'all') return <Empty icon={IconUserCheck} title={t('users.empty')}>{t('users.empty-hint')}</Empty>;
  if (tab !== 'pending') return <Empty icon={IconUserCheck} title={tab === 'approved' ? t('approvals.none-approved') : t('approvals.none-rejected')}>{t('approvals.none-hint')}</Empty>;
  const types = tenant?.settings.approval.required_for ?? ['coach'];
  return (
    <Empty icon={IconMoodSmile} title={t('approvals.nobody')}>
      {types.length === 0 ? t('approvals.nobody-off') : t('approvals.nobody-hint', { who: types.map((type) => (type === 'coach' ? t('approvals.coaches') : t('approvals.users'))).join(t('and')) })}
    </Empty>
  );
}

function NoMatch() {
  return (
    <Empty icon={IconSearchOff} title={t('users.no-match')}>
      {t('approvals.no-match-hint')}
    </Empty>
  );
}

function filter({ q, tab = 'pending', sort, cursor }: ApprovalsSearch) {
  return { q, status: tab === 'all' ? undefined : tab, sort, cursor };
}
