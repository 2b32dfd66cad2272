import { Box, SegmentedControl, Text, Tooltip, VisuallyHidden } from '@mantine/core';
import { keepPreviousData, type QueryClient, queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconMailForward, IconSearchOff } from '@tabler/icons-react';
import { answer, api } from '../../api/client';
import { refreshTenant, tenantQuery } from '../../api/queries';
import type { components } from '../../api/schema';
import { useAdmin } from '../../api/session';
import { t } from '../../lib/i18n';
import { firstPage, usePager } from '../../lib/pager';
import { obstacle } from '../../lib/powers';
import { type DeliveriesSearch, deliveryStates } from '../../lib/search';
import type { Column } from '../../ui/data-table';
import { DeliveryState } from '../../ui/delivery-state';
import { Empty } from '../../ui/empty';
import { Guarded } from '../../ui/guarded';
import { TextLink } from '../../ui/link';
import { List } from '../../ui/list';
import { Page } from '../../ui/page';
import { done, failed } from '../../ui/toasts';
import { When } from '../../ui/when';

type Delivery = components['schemas']['Delivery'];

const route = getRouteApi('/inside/tenants/$slug/deliveries');

const deliveriesQuery = (slug: string, { state, cursor }: DeliveriesSearch) =>
  queryOptions({
    queryKey: ['tenant', slug, 'deliveries', { state, cursor }],
    queryFn: ({ signal }) => answer(api.GET('/admin/v1/tenants/{slug}/deliveries', { params: { path: { slug }, query: { state, cursor } }, signal })),
  });

export function load(queries: QueryClient, slug: string, search: DeliveriesSearch) {
  void queries.prefetchQuery(deliveriesQuery(slug, search));
}

export function Deliveries() {
  const { slug } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const tenant = useQuery(tenantQuery(slug));
  const query = useQuery({ ...deliveriesQuery(slug, search), placeholderData: keepPreviousData });
  const pager = usePager(query.data?.next_cursor);
  return (
    <Page title={t('deliveries.title')} where={tenant.data?.name ?? slug} about={t('deliveries.about')}>
      <Box maw="100%" style={{ overflowX: 'auto' }}>
        <SegmentedControl
          aria-label={t('field.status')}
          w="fit-content"
          value={search.state ?? 'all'}
          onChange={(value) => void navigate({ search: (old) => ({ ...old, ...firstPage, state: deliveryStates.find((state) => state === value) }) })}
          data={[{ value: 'all', label: t('deliveries.all') }, ...deliveryStates.map((value) => ({ value, label: t(`deliveries.${value}`) }))]}
        />
      </Box>
      <List
        query={query}
        label={t('deliveries.title')}
        columns={[what, to(slug), state, attempts, when, again(slug)]}
        rowKey={(delivery) => delivery.id}
        pager={pager}
        empty={
          search.state ? (
            <Empty icon={IconSearchOff} title={t('deliveries.no-match')} />
          ) : (
            <Empty icon={IconMailForward} title={t('deliveries.empty')}>
              {t('deliveries.empty-hint')}
            </Empty>
          )
        }
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
      <Text size="sm" fw={550}>
        {delivery.kind.replaceAll('_', ' ').replace(/^./, (first) => first.toUpperCase())}
      </Text>
      <Text size="xs" c="dimmed">
        {t(`deliveries.${delivery.channel}`)}
      </Text>
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
      <Text size="sm" truncate>
        {to}
      </Text>
    ) : (
      <TextLink to="/tenants/$slug/users/$id" params={{ slug, id: user_id }} size="sm" truncate display="block">
        {to}
      </TextLink>
    ),
});

const state: Column<Delivery> = {
  key: 'state',
  header: t('field.status'),
  phone: 'aside',
  narrow: true,
  cell: ({ state }) => <DeliveryState state={state} />,
};

const attempts: Column<Delivery> = {
  key: 'attempts',
  header: t('deliveries.attempts'),
  phone: 'meta',
  cell: ({ attempts }) => {
    const error = attempts.findLast(({ outcome }) => outcome !== 'sent')?.answer;
    return (
      <>
        <Text size="sm">{t('deliveries.attempt-count', { count: attempts.length })}</Text>
        {error && (
          <Tooltip label={error} multiline maw={420}>
            <Text size="xs" c="dimmed" lineClamp={1} maw={260}>
              {error}
            </Text>
          </Tooltip>
        )}
      </>
    );
  },
};

const when: Column<Delivery> = {
  key: 'when',
  header: t('deliveries.when'),
  phone: 'meta',
  narrow: true,
  cell: ({ done_at, created_at }) => <When at={done_at ?? created_at} />,
};

const again = (slug: string): Column<Delivery> => ({
  key: 'again',
  header: <VisuallyHidden>{t('actions')}</VisuallyHidden>,
  phone: 'end',
  narrow: true,
  align: 'right',
  cell: (delivery) => delivery.state === 'failed' && <Again slug={slug} delivery={delivery} />,
});

function Again({ slug, delivery: { id, to } }: { slug: string; delivery: Delivery }) {
  const because = obstacle(useAdmin(), slug, 'manage');
  const queries = useQueryClient();
  const resend = useMutation({
    mutationFn: () => answer(api.POST('/admin/v1/tenants/{slug}/deliveries/{id}/resend', { params: { path: { slug, id } } })),
    onSuccess: () => done(t('deliveries.queued-again', { to })),
    onError: failed,
    onSettled: () => refreshTenant(queries, slug),
  });
  return (
    <Guarded size="xs" variant="default" because={because} loading={resend.isPending} onClick={() => resend.mutate()}>
      {t('deliveries.again')}
    </Guarded>
  );
}
