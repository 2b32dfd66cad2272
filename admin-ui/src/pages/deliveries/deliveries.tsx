import { Skeleton, VisuallyHidden } from '@mantine/core';
import { keepPreviousData, type QueryClient, queryOptions, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconMailForward, IconSearchOff } from '@tabler/icons-react';
import { answer, api } from '../../api/client';
import { type Delivery, tenantQuery, usageQuery } from '../../api/queries';
import { t } from '../../lib/i18n';
import { nameOfMessage } from '../../lib/names';
import { usePager } from '../../lib/pager';
import type { DeliveriesSearch } from '../../lib/search';
import { useSorting } from '../../lib/sorting';
import { Above, type Column } from '../../ui/data-table';
import { DeliveryState } from '../../ui/delivery-state';
import { Empty } from '../../ui/empty';
import { Line } from '../../ui/line';
import { CellLink, RowLink } from '../../ui/link';
import { List } from '../../ui/list';
import { Page } from '../../ui/page';
import { When } from '../../ui/when';
import { Change } from './change';
import { DeliveryDrawer } from './drawer';
import { Filters } from './filters';
import { LimitNotices } from './limit-notices';

const route = getRouteApi('/inside/tenants/$slug/deliveries');

const deliveriesQuery = (slug: string, { sort, state, channel, user, cursor }: DeliveriesSearch) =>
  queryOptions({
    queryKey: ['tenant', slug, 'deliveries', { sort, state, channel, user, cursor }],
    queryFn: ({ signal }) => answer(api.GET('/admin/v1/tenants/{slug}/deliveries', { params: { path: { slug }, query: { sort, state, channel, user_id: user, cursor } }, signal })),
  });

export function load(queries: QueryClient, slug: string, search: DeliveriesSearch) {
  void queries.prefetchQuery(usageQuery(slug)); // the notice above is there with the list, not after it
  void queries.prefetchQuery(deliveriesQuery(slug, search));
}

export function Deliveries() {
  const { slug } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const tenant = useQuery(tenantQuery(slug));
  const query = useQuery({ ...deliveriesQuery(slug, search), placeholderData: keepPreviousData });
  const pager = usePager(query.data?.next_cursor);
  const sorting = useSorting('-created_at');
  const usage = useQuery(usageQuery(slug));
  const head = { title: t('deliveries.title'), where: tenant.data?.name ?? slug, about: t('deliveries.about') };
  // A notice that came later would push the list down.
  if (usage.isPending && usage.failureCount === 0) {
    return (
      <Page {...head}>
        <Skeleton height={36} maw={480} />
      </Page>
    );
  }
  return (
    <Page {...head}>
      <LimitNotices slug={slug} />
      <Filters />
      <List
        query={query}
        label={t('deliveries.title')}
        columns={[what, to(slug), state, attempts, when, again(slug)]}
        rowKey={(delivery) => delivery.id}
        pager={pager}
        sorting={sorting}
        empty={
          search.state || search.channel || search.user ? (
            <Empty icon={IconSearchOff} title={t('deliveries.no-match')} />
          ) : (
            <Empty icon={IconMailForward} title={t('deliveries.empty')}>
              {t('deliveries.empty-hint')}
            </Empty>
          )
        }
      />
      <DeliveryDrawer
        slug={slug}
        delivery={query.data?.data.find(({ id }) => id === search.open)}
        onClose={() => void navigate({ search: (old) => ({ ...old, open: undefined }), replace: true, resetScroll: false })}
      />
    </Page>
  );
}

const what: Column<Delivery> = {
  key: 'what',
  header: t('deliveries.what'),
  phone: 'title',
  narrow: true,
  cell: (delivery) => (
    <>
      <RowLink to="." search={(old) => ({ ...old, open: delivery.id })} resetScroll={false}>
        {nameOfMessage(delivery.kind)}
      </RowLink>
      <Line small dim>
        {t(`deliveries.${delivery.channel}`)}
      </Line>
    </>
  ),
};

const to = (slug: string): Column<Delivery> => ({
  key: 'to',
  header: t('deliveries.to'),
  phone: 'meta',
  grow: true,
  cell: ({ to, user_id }) =>
    user_id === null ? (
      <Line>{to}</Line>
    ) : (
      <Above>
        <CellLink to="/tenants/$slug/users/$id" params={{ slug, id: user_id }}>
          {to}
        </CellLink>
      </Above>
    ),
});

const state: Column<Delivery> = {
  key: 'state',
  header: t('field.status'),
  phone: 'aside',
  narrow: true,
  cell: ({ state, waits_for }) => <DeliveryState state={state} waits={waits_for !== null} />,
};

const attempts: Column<Delivery> = {
  key: 'attempts',
  header: t('deliveries.attempts'),
  phone: 'meta',
  cell: ({ attempts, waits_for, next_try_at }) => {
    const error = attempts.findLast(({ outcome }) => outcome !== 'sent')?.answer;
    return (
      <>
        <Line>{t('deliveries.attempt-count', { count: attempts.length })}</Line>
        {waits_for && (
          <Line small dim>
            {t(`limits.${waits_for}`)} {t('limits.goes-on')} <When at={next_try_at} />
          </Line>
        )}
        {error && (
          <Line small dim width={260} hint={error}>
            {error}
          </Line>
        )}
      </>
    );
  },
};

const when: Column<Delivery> = {
  key: 'when',
  header: t('deliveries.when'),
  sort: { by: 'created_at', latestFirst: true },
  phone: 'meta',
  narrow: true,
  cell: ({ created_at }) => <When at={created_at} />,
};

const again = (slug: string): Column<Delivery> => ({
  key: 'again',
  header: <VisuallyHidden>{t('actions')}</VisuallyHidden>,
  phone: 'end',
  narrow: true,
  align: 'right',
  cell: (delivery) => (
    <Above>
      <Change slug={slug} delivery={delivery} />
    </Above>
  ),
});
