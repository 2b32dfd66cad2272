import { Group, SimpleGrid, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useAdmin } from '../../api/session';
import { t } from '../../lib/i18n';
import { intervalOf } from '../../lib/interval';
import { Figure } from '../../ui/figure';
import { TextLink } from '../../ui/link';
import { OffLimits } from '../../ui/off-limits';
import { Page } from '../../ui/page';
import { Panel } from '../../ui/panel';
import { Problem } from '../../ui/problem';
import { When } from '../../ui/when';
import { Active } from './active';
import { Charts } from './charts';
import { IntervalPicker } from './interval-picker';
import { type PlatformOverview as Numbers, platformQuery } from './queries';

const route = getRouteApi('/inside/overview');

/** All tenants together, for operators. */
export function PlatformOverview() {
  return useAdmin().operator ? <Room /> : <OffLimits because={t('off-limits.operators')} />;
}

function Room() {
  const search = route.useSearch();
  const { data, error, isPending, refetch } = useQuery(platformQuery(intervalOf(search)));
  return (
    <Page title={t('overview.title')} where={t('where.platform')} about={t('overview.platform-about')} actions={<IntervalPicker search={search} />}>
      {error && <Problem error={error} onRetry={() => void refetch()} />}
      {isPending && !error && <Skeleton h={420} radius="md" />}
      {data && (
        <>
          <Figures numbers={data} />
          <Charts activity={data.activity} />
          <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
            <Panel title={t('overview.newest')}>
              <Lines none={t('tenants.empty')}>
                {data.newest_tenants.map(({ slug, name, created_at }) => (
                  <Line key={slug} slug={slug} name={name}>
                    <When at={created_at} />
                  </Line>
                ))}
              </Lines>
            </Panel>
            <Panel title={t('overview.failing')}>
              <Lines none={t('overview.no-failed')}>
                {data.failing_tenants.map(({ slug, name, deliveries_failed: count }) => (
                  <Line key={slug} slug={slug} name={name}>
                    <TextLink to="/tenants/$slug/deliveries" params={{ slug }} search={{ state: 'failed' }} size="sm">
                      {t('overview.failed-count', { count })}
                    </TextLink>
                  </Line>
                ))}
              </Lines>
            </Panel>
          </SimpleGrid>
          <Text size="xs" c="dimmed">
            {t('overview.as-of')} <When at={data.activity.as_of} />
          </Text>
        </>
      )}
    </Page>
  );
}

function Figures({ numbers: { tenants, users, activity } }: { numbers: Numbers }) {
  const { sign_ups, sign_ins, deliveries_failed } = activity.totals;
  return (
    <SimpleGrid cols={{ base: 2, md: 3, lg: 6 }} spacing="sm">
      <Figure label={t('tenants.title')} value={tenants.total}>
        <TextLink to="/tenants" search={{ status: 'suspended' }} size="sm">
          {t('overview.suspended', { count: tenants.suspended })}
        </TextLink>
      </Figure>
      <Figure label={t('overview.users')} value={users.total} note={t('overview.waiting', { count: users.pending })} />
      <Figure label={t('overview.sign-ups')} value={sign_ups.count} before={sign_ups.before} />
      <Figure label={t('overview.sign-ins')} value={sign_ins.count} before={sign_ins.before} />
      <Figure label={t('overview.failed')} value={deliveries_failed.count} before={deliveries_failed.before} />
      <Active activity={activity} />
    </SimpleGrid>
  );
}

function Lines({ none, children }: { none: string; children: ReactNode[] }) {
  if (children.length > 0) return <Stack gap={6}>{children}</Stack>;
  return (
    <Text c="dimmed" size="sm">
      {none}
    </Text>
  );
}

function Line({ slug, name, children }: { slug: string; name: string; children: ReactNode }) {
  return (
    <Group justify="space-between" wrap="nowrap" gap="md">
      <TextLink to="/tenants/$slug" params={{ slug }} size="sm" truncate>
        {name}
      </TextLink>
      <Text component="span" size="sm" c="dimmed" style={{ flexShrink: 0 }}>
        {children}
      </Text>
    </Group>
  );
}
