import { Group, Skeleton, Stack, Text } from '@mantine/core';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { answer, api } from '../../api/client';
import type { Delivery, User } from '../../api/queries';
import { t } from '../../lib/i18n';
import { nameOfMessage } from '../../lib/names';
import { DeliveryState } from '../../ui/delivery-state';
import { TextLink } from '../../ui/link';
import { Panel } from '../../ui/panel';
import { Problem } from '../../ui/problem';
import { When } from '../../ui/when';

export const lettersQuery = (slug: string, id: number) =>
  queryOptions({
    queryKey: ['tenant', slug, 'user', id, 'letters'],
    queryFn: ({ signal }) => answer(api.GET('/admin/v1/tenants/{slug}/deliveries', { params: { path: { slug }, query: { user_id: id, limit: 5 } }, signal })),
    select: ({ data }) => data,
  });

/** The last messages to this user, and whether they arrived: "did she get the mail?". */
export function Letters({ slug, user }: { slug: string; user: User }) {
  const query = useQuery(lettersQuery(slug, user.id));
  return (
    <Panel
      title={t('letters.title')}
      actions={
        <TextLink to="/tenants/$slug/deliveries" params={{ slug }} search={{ user: user.id }} size="sm">
          {t('letters.all')}
        </TextLink>
      }
    >
      {query.error && <Problem error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Skeleton height={56} />}
      {query.data?.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('letters.empty')}
        </Text>
      )}
      <Stack component="ul" gap="sm" p={0} m={0} style={{ listStyle: 'none' }}>
        {query.data?.map((letter) => <Letter key={letter.id} letter={letter} />)}
      </Stack>
    </Panel>
  );
}

function Letter({ letter: { kind, to, channel, state, waits_for, attempts, done_at, created_at } }: { letter: Delivery }) {
  const answer = attempts.findLast(({ outcome }) => outcome !== 'sent')?.answer;
  return (
    <Group component="li" justify="space-between" align="flex-start" wrap="nowrap" gap="sm">
      <Stack gap={0} miw={0}>
        <Text size="sm" fw={550}>
          {nameOfMessage(kind)}
        </Text>
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {t(`deliveries.${channel}`)} · {to} · <When at={done_at ?? created_at} />
        </Text>
        {state === 'failed' && answer && (
          <Text size="xs" c="var(--mantine-color-error)" style={{ overflowWrap: 'anywhere' }}>
            {answer}
          </Text>
        )}
      </Stack>
      <DeliveryState state={state} waits={waits_for !== null} />
    </Group>
  );
}
