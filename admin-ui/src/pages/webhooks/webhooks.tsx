import { Button, Text } from '@mantine/core';
import { type QueryClient, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconPlus, IconWebhook } from '@tabler/icons-react';
import { tenantQuery } from '../../api/queries';
import { useAdmin } from '../../api/session';
import { t } from '../../lib/i18n';
import { obstacle } from '../../lib/powers';
import type { Column } from '../../ui/data-table';
import { Empty } from '../../ui/empty';
import { TextLink } from '../../ui/link';
import { List } from '../../ui/list';
import { OffLimits } from '../../ui/off-limits';
import { Page } from '../../ui/page';
import { Status } from '../../ui/status';
import { When } from '../../ui/when';
import { MakeWebhook } from './edit';
import { type Webhook, webhooksQuery } from './queries';

const route = getRouteApi('/inside/tenants/$slug/webhooks');

export function load(queries: QueryClient, slug: string) {
  void queries.prefetchQuery(webhooksQuery(slug));
}

/** The servers of a tenant that are told of what happens to its users. */
export function Webhooks() {
  const { slug } = route.useParams();
  const tenant = useQuery(tenantQuery(slug));
  const because = obstacle(useAdmin(), slug, 'configure');
  const where = tenant.data?.name ?? slug;
  if (because === undefined) return <Endpoints slug={slug} where={where} />;
  return (
    <Page title={t('webhooks.title')} where={where} about={t('webhooks.about')}>
      <OffLimits because={because} />
    </Page>
  );
}

function Endpoints({ slug, where }: { slug: string; where: string }) {
  const { make } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(webhooksQuery(slug));
  const open = (make: true | undefined) => void navigate({ search: { make }, replace: make === undefined, ignoreBlocker: true });
  const button = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => open(true)}>
      {t('webhooks.make')}
    </Button>
  );
  return (
    <Page title={t('webhooks.title')} where={where} about={t('webhooks.about')} actions={query.data?.data.length !== 0 && button}>
      <List
        query={query}
        label={t('webhooks.title')}
        columns={[address(slug), events, state, created]}
        rowKey={({ id }) => id}
        empty={
          <Empty icon={IconWebhook} title={t('webhooks.empty')} action={button}>
            {t('webhooks.empty-hint')}
          </Empty>
        }
      />
      {make && <MakeWebhook slug={slug} onClose={() => open(undefined)} />}
    </Page>
  );
}

const address = (slug: string): Column<Webhook> => ({
  key: 'address',
  header: t('webhooks.address'),
  phone: 'title',
  grow: true,
  cell: ({ id, url, description }) => (
    <>
      <TextLink to="/tenants/$slug/webhooks/$id" params={{ slug, id }} size="sm" fw={550} truncate display="block">
        {url}
      </TextLink>
      {description && (
        <Text size="xs" c="dimmed" truncate>
          {description}
        </Text>
      )}
    </>
  ),
});

const events: Column<Webhook> = {
  key: 'events',
  header: t('webhooks.events'),
  phone: 'meta',
  narrow: true,
  cell: ({ events }) => <Text size="sm">{t('webhooks.event-count', { count: events.length })}</Text>,
};

const state: Column<Webhook> = {
  key: 'state',
  header: t('field.status'),
  phone: 'aside',
  narrow: true,
  cell: ({ active }) => <Status tone={active ? 'good' : 'off'}>{active ? t('webhooks.active') : t('webhooks.off')}</Status>,
};

const created: Column<Webhook> = {
  key: 'created',
  header: t('field.created'),
  phone: 'meta',
  narrow: true,
  cell: ({ created_at }) => <When at={created_at} />,
};
