import { SimpleGrid, Skeleton } from '@mantine/core';
import { type QueryClient, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconChartBar } from '@tabler/icons-react';
import { overviewQuery, tenantQuery } from '../../api/queries';
import { t } from '../../lib/i18n';
import { intervalOf, type IntervalSearch } from '../../lib/interval';
import { Empty } from '../../ui/empty';
import { Figure } from '../../ui/figure';
import { ButtonLink, TextLink } from '../../ui/link';
import { Page } from '../../ui/page';
import { Problem } from '../../ui/problem';
import { Active } from './active';
import { Charts } from './charts';
import { IntervalPicker } from './interval-picker';
import { type Activity, activityQuery, platformQuery } from './queries';

export { PlatformOverview } from './platform';

const route = getRouteApi('/inside/tenants/$slug/overview');

export function load(queries: QueryClient, slug: string, search: IntervalSearch) {
  void queries.prefetchQuery(overviewQuery(slug));
  void queries.prefetchQuery(activityQuery(slug, intervalOf(search)));
}

export function loadPlatform(queries: QueryClient, search: IntervalSearch) {
  void queries.prefetchQuery(platformQuery(intervalOf(search)));
}

export function Overview() {
  const { slug } = route.useParams();
  const search = route.useSearch();
  const tenant = useQuery(tenantQuery(slug));
  const overview = useQuery(overviewQuery(slug));
  const activity = useQuery(activityQuery(slug, intervalOf(search)));
  const trouble = [overview, activity].find(({ error }) => error);
  const nobody = overview.data?.users.total === 0 && activity.data?.totals.sign_ups.count === 0;
  return (
    <Page title={t('overview.title')} where={tenant.data?.name ?? slug} about={t('overview.about')} actions={<IntervalPicker search={search} />}>
      {trouble && <Problem error={trouble.error} onRetry={() => void Promise.all([overview.refetch(), activity.refetch()])} />}
      {nobody ? <Nobody slug={slug} /> : <Figures slug={slug} users={overview.data?.users} activity={activity.data} />}
      {!nobody && activity.data && <Charts activity={activity.data} />}
      {activity.isPending && !trouble && <Skeleton h={280} radius="md" />}
    </Page>
  );
}

function Nobody({ slug }: { slug: string }) {
  return (
    <Empty
      icon={IconChartBar}
      title={t('overview.empty')}
      action={
        <ButtonLink to="/tenants/$slug/start" params={{ slug }} variant="light" mt="sm">
          {t('overview.start')}
        </ButtonLink>
      }
    >
      {t('overview.empty-hint')}
    </Empty>
  );
}

type FiguresProps = { slug: string; users: { total: number; pending: number } | undefined; activity: Activity | undefined };

function Figures({ slug, users, activity }: FiguresProps) {
  const totals = activity?.totals;
  const link = { params: { slug }, size: 'sm' } as const;
  return (
    <SimpleGrid cols={{ base: 2, md: 3, lg: 6 }} spacing="sm">
      <Figure label={t('overview.users')} value={users?.total}>
        <TextLink {...link} to="/tenants/$slug/users">
          {t('overview.see-users')}
        </TextLink>
      </Figure>
      <Figure label={t('overview.pending')} value={users?.pending}>
        <TextLink {...link} to="/tenants/$slug/approvals">
          {t('overview.see-pending')}
        </TextLink>
      </Figure>
      <Figure label={t('overview.sign-ups')} value={totals?.sign_ups.count} before={totals?.sign_ups.before}>
        {activity && (
          <TextLink {...link} to="/tenants/$slug/users" search={{ from: activity.from, until: activity.to }}>
            {t('overview.see-new')}
          </TextLink>
        )}
      </Figure>
      <Figure label={t('overview.sign-ins')} value={totals?.sign_ins.count} before={totals?.sign_ins.before} />
      <Figure label={t('overview.failed')} value={totals?.deliveries_failed.count} before={totals?.deliveries_failed.before}>
        <TextLink {...link} to="/tenants/$slug/deliveries" search={{ state: 'failed' }}>
          {t('overview.see-failed')}
        </TextLink>
      </Figure>
      <Active activity={activity} />
    </SimpleGrid>
  );
}
