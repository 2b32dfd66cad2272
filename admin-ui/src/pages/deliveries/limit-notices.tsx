import { Alert, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconHourglass } from '@tabler/icons-react';
import { usageQuery } from '../../api/queries';
import type { components } from '../../api/schema';
import { t } from '../../lib/i18n';
import { When } from '../../ui/when';

type Usage = components['schemas']['Usage'];

/** The limits of messages that are reached, and when it goes on. Where usage is not to be had, the rows still tell. */
export function LimitNotices({ slug }: { slug: string }) {
  const { data } = useQuery(usageQuery(slug));
  if (!data) return null;
  const { mails, texts } = data.messages;
  return (
    <>
      <Notice of={mails} limits={data.limits} />
      <Notice of={texts} limits={data.limits} />
    </>
  );
}

function Notice({ of: { reached, waiting, goes_on_at }, limits }: { of: Usage['messages']['mails']; limits: Usage['limits'] }) {
  if (reached === null || (waiting === 0 && limits[reached] === 0)) return null; // a channel that one does not have is no news
  return (
    <Alert color="yellow" role="status" icon={<IconHourglass size={20} />} title={t(`limits.full.${reached}`, { n: limits[reached] ?? 0 })}>
      <Text size="sm">
        {waiting > 0 ? t('limits.waiting', { count: waiting }) : t('limits.next')} <When at={goes_on_at} />. {t('limits.raise')}
      </Text>
    </Alert>
  );
}
