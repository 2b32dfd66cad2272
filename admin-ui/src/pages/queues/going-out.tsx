import { Stack, Text, Title } from '@mantine/core';
import { t } from '../../lib/i18n';
import { type Column, DataTable } from '../../ui/data-table';
import { Status } from '../../ui/status';
import { When } from '../../ui/when';
import type { Channel, State } from './queries';

/** Whether mails, text messages and webhooks go out, of all tenants together. */
export function GoingOut({ state: { delivery } }: { state: State }) {
  return (
    <Stack gap="xs">
      <Title order={2}>
        {t('queues.going-out')}
      </Title>
      <DataTable label={t('queues.going-out')} columns={columns} rows={delivery} rowKey={({ channel }) => channel} />
    </Stack>
  );
}

/** One refusal may be one wrong address; what counts is whether anything went out after it. */
function Health({ channel: { last_sent_at: sent, last_failed_at: failed } }: { channel: Channel }) {
  if (failed && !(sent && Date.parse(sent) >= Date.parse(failed))) return <Status tone="bad">{t('queues.last-failed')}</Status>;
  return sent ? <Status tone="good">{t('queues.goes-out')}</Status> : <Status tone="off">{t('queues.nothing-sent')}</Status>;
}

const moment = (key: string, header: string, at: (channel: Channel) => string | null): Column<Channel> => ({
  key,
  header,
  phone: 'meta',
  cell: (channel) => (
    <Text size="sm">
      <When at={at(channel)} />
    </Text>
  ),
});

const columns: Column<Channel>[] = [
  {
    key: 'channel',
    header: t('queues.channel'),
    phone: 'title',
    cell: ({ channel }) => (
      <Text size="sm" fw={550}>
        {t(`queues.channel-${channel}`)}
      </Text>
    ),
  },
  { key: 'state', header: t('field.status'), phone: 'aside', narrow: true, cell: (channel) => <Health channel={channel} /> },
  moment('sent', t('queues.last-sent'), ({ last_sent_at }) => last_sent_at),
  {
    key: 'failure',
    header: t('queues.last-failure'),
    phone: 'meta',
    cell: ({ last_failed_at, last_failed_status }) => (
      <Text size="sm">
        <When at={last_failed_at} />
        {last_failed_at && ` · ${last_failed_status === null ? t('queues.no-answer') : t('queues.answered', { status: last_failed_status })}`}
      </Text>
    ),
  },
  moment('oldest', t('queues.oldest-unsent'), ({ oldest_unsent_at }) => oldest_unsent_at),
];
