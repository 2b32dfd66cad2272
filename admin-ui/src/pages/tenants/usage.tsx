import { Drawer, Progress, SimpleGrid, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { tenantQuery, usageQuery } from '../../api/queries';
import type { components } from '../../api/schema';
import { t } from '../../lib/i18n';
import { count } from '../../lib/numbers';
import { bytes } from '../../lib/sizes';
import { Figure } from '../../ui/figure';
import { Problem } from '../../ui/problem';
import { Limits } from './limits';

type Usage = components['schemas']['Usage'];

/** What a tenant makes use of, and what it may. */
export function UsageDrawer({ slug, onClose }: { /** Undefined closes it. */ slug: string | undefined; onClose: () => void }) {
  const tenant = useQuery({ ...tenantQuery(slug ?? ''), enabled: slug !== undefined });
  return (
    <Drawer opened={slug !== undefined} onClose={onClose} position="right" size={480} title={t('usage.title', { name: tenant.data?.name ?? slug ?? '' })}>
      {slug !== undefined && <Inside slug={slug} onClose={onClose} />}
    </Drawer>
  );
}

function Inside({ slug, onClose }: { slug: string; onClose: () => void }) {
  const query = useQuery(usageQuery(slug));
  if (query.error && !query.data) return <Problem error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Skeleton height={360} />;
  return (
    <Stack gap="lg">
      <Numbers usage={query.data} />
      <Limits key={JSON.stringify(query.data.limits)} slug={slug} usage={query.data} onClose={onClose} />
    </Stack>
  );
}

function Numbers({ usage: { users, month, pictures, messages, limits } }: { usage: Usage }) {
  const states = [
    t('usage.active', { n: count(users.active) }),
    t('usage.pending', { n: count(users.pending) }),
    t('usage.rejected', { n: count(users.rejected) }),
    t('usage.disabled', { n: count(users.disabled) }),
  ];
  return (
    <Stack gap="sm">
      <Figure label={t('users.title')} value={users.total} note={states.join(' · ')}>
        {limits.max_users !== null && <Bar used={users.total} most={limits.max_users} said={users.total >= limits.max_users ? t('usage.full') : undefined} />}
      </Figure>
      <SimpleGrid cols={2} spacing="sm">
        <Figure label={t('usage.sign-ins')} value={month.sign_ins} note={t('usage.this-month')} />
        <Figure label={t('usage.mails')} value={month.mails} note={t('usage.this-month')}>
          <Room of={messages.mails} perDay={limits.mails_per_day} perMonth={limits.mails_per_month} />
        </Figure>
        <Figure label={t('usage.sms')} value={month.sms} note={t('usage.this-month')}>
          <Room of={messages.texts} perDay={limits.texts_per_day} perMonth={limits.texts_per_month} />
        </Figure>
        <Figure label={t('usage.pictures')} value={pictures.files} note={bytes(pictures.bytes)} />
      </SimpleGrid>
    </Stack>
  );
}

/** What there is room for under the limits of a channel; nothing where there are none. */
function Room({ of: { today, month, waiting }, perDay, perMonth }: { of: Usage['messages']['mails']; perDay: number | null; perMonth: number | null }) {
  if (perDay === null && perMonth === null && waiting === 0) return null;
  return (
    <Stack gap={6}>
      {perDay !== null && <Bar used={today} most={perDay} said={t('usage.today', { n: count(today), most: count(perDay) })} />}
      {perMonth !== null && <Bar used={month} most={perMonth} said={t('usage.of-month', { n: count(month), most: count(perMonth) })} />}
      {waiting > 0 && <Text size="xs">{t('usage.held', { count: waiting })}</Text>}
    </Stack>
  );
}

function Bar({ used, most, said = t('usage.of', { n: count(used), most: count(most) }) }: { used: number; most: number; said?: string }) {
  const share = most === 0 ? 100 : Math.min((used / most) * 100, 100);
  return (
    <Stack gap={4}>
      <Progress value={share} color={share >= 100 ? 'red' : share >= 90 ? 'yellow' : undefined} aria-label={said} />
      <Text size="xs" c="dimmed">
        {said}
      </Text>
    </Stack>
  );
}
