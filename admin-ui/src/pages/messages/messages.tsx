import { Badge, Group, Stack, Text } from '@mantine/core';
import { type QueryClient, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconMessage2 } from '@tabler/icons-react';
import { tenantQuery } from '../../api/queries';
import { useAdmin } from '../../api/session';
import { t } from '../../lib/i18n';
import { nameOfMessage } from '../../lib/names';
import { obstacle } from '../../lib/powers';
import type { Column } from '../../ui/data-table';
import { Empty } from '../../ui/empty';
import { RowLink } from '../../ui/link';
import { List } from '../../ui/list';
import { OffLimits } from '../../ui/off-limits';
import { Page } from '../../ui/page';
import { When } from '../../ui/when';
import { type Message, messagesQuery } from './queries';
import { channelOf, languageOf, whenOf } from './words';

const route = getRouteApi('/inside/tenants/$slug/messages');

export function load(queries: QueryClient, slug: string) {
  void queries.prefetchQuery(messagesQuery(slug));
}

/** Every message there is, and in which languages the tenant says it in its own words. */
export function Messages() {
  const { slug } = route.useParams();
  const tenant = useQuery(tenantQuery(slug));
  const because = obstacle(useAdmin(), slug, 'configure');
  return (
    <Page title={t('messages.title')} where={tenant.data?.name ?? slug} about={t('messages.about')}>
      {because === undefined ? <All slug={slug} locale={tenant.data?.settings.locale ?? 'en'} /> : <OffLimits because={because} />}
    </Page>
  );
}

function All({ slug, locale }: { slug: string; locale: string }) {
  const query = useQuery(messagesQuery(slug));
  return (
    <List
      query={query}
      label={t('messages.title')}
      columns={[name(slug, locale), channel, own, changed]}
      rowKey={({ channel, kind }) => `${channel}/${kind}`}
      empty={<Empty icon={IconMessage2} title={t('messages.empty')} />}
    />
  );
}

const name = (slug: string, locale: string): Column<Message> => ({
  key: 'name',
  header: t('messages.one'),
  phone: 'title',
  grow: true,
  cell: (message) => (
    <Stack gap={0}>
      <Text size="sm" component="div">
        <RowLink to="/tenants/$slug/messages/$channel/$kind/$locale" params={{ slug, channel: message.channel, kind: message.kind, locale: first(message, locale) }}>
          {nameOfMessage(message.kind)}
        </RowLink>
      </Text>
      <Text size="xs" c="dimmed">
        {whenOf(message.kind)}
      </Text>
    </Stack>
  ),
});

/** The tenant's language where the message is in it, else English. */
function first({ locales }: Message, wanted: string): string {
  return locales.some(({ locale }) => locale === wanted) ? wanted : 'en';
}

const channel: Column<Message> = { key: 'channel', header: t('messages.channel'), phone: 'meta', narrow: true, cell: ({ channel }) => <Badge>{channelOf(channel)}</Badge> };

const own: Column<Message> = {
  key: 'own',
  header: t('messages.own'),
  phone: 'meta',
  narrow: true,
  cell: ({ locales }) => {
    const mine = locales.filter(({ version }) => version !== null);
    if (mine.length === 0) return <Text size="sm" c="dimmed">{t('messages.shipped', { count: locales.length })}</Text>;
    return (
      <Group gap={6} maw={220}>
        {mine.map(({ locale }) => (
          <Badge key={locale} variant="light" title={languageOf(locale)}>
            {locale}
          </Badge>
        ))}
      </Group>
    );
  },
};

const changed: Column<Message> = {
  key: 'changed',
  header: t('messages.changed'),
  phone: 'hidden',
  narrow: true,
  cell: ({ locales }) => <When at={locales.map(({ created_at }) => created_at ?? '').sort().at(-1)} />,
};
