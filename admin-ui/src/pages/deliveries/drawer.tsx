import { Code, Drawer, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { answer, api } from '../../api/client';
import type { Delivery } from '../../api/queries';
import { t } from '../../lib/i18n';
import { nameOfMessage } from '../../lib/names';
import { Copyable } from '../../ui/copy';
import { DeliveryState } from '../../ui/delivery-state';
import { Fact } from '../../ui/panel';
import { Problem } from '../../ui/problem';
import { Rendered } from '../../ui/rendered';
import { When } from '../../ui/when';
import { Change } from './change';

type Props = { slug: string; /** Undefined closes it. */ delivery: Delivery | undefined; onClose: () => void };

/** One message: how far it is, what the other side said to each attempt, and what it says. */
export function DeliveryDrawer({ slug, delivery, onClose }: Props) {
  return (
    <Drawer opened={delivery !== undefined} onClose={onClose} position="right" title={delivery && nameOfMessage(delivery.kind)} size={560}>
      {delivery && <Whole slug={slug} delivery={delivery} />}
    </Drawer>
  );
}

function Whole({ slug, delivery }: { slug: string; delivery: Delivery }) {
  const { to, state, created_at, next_try_at, waits_for, expires_at, id } = delivery;
  return (
    <Stack gap="lg">
      <Group justify="space-between">
        <DeliveryState state={state} waits={waits_for !== null} />
        <Change slug={slug} delivery={delivery} />
      </Group>
      {waits_for && (
        <Text size="sm">
          {t(`limits.${waits_for}`)} {t('limits.raise')}
        </Text>
      )}
      <Stack gap="sm">
        <Fact name={t('deliveries.to')}>
          <Copyable value={to} what={t('deliveries.to')} />
        </Fact>
        <Fact name={t('deliveries.asked')}>
          <When at={created_at} />
        </Fact>
        {next_try_at && (
          <Fact name={t(waits_for ? 'deliveries.waits-until' : 'deliveries.next')}>
            <When at={next_try_at} />
          </Fact>
        )}
        {expires_at && (
          <Fact name={t('deliveries.expires')}>
            <When at={expires_at} />
          </Fact>
        )}
        <Fact name={t('deliveries.id')}>
          <Copyable value={id} what={t('deliveries.id')} />
        </Fact>
      </Stack>
      <Attempts of={delivery} />
      <Says slug={slug} delivery={delivery} />
    </Stack>
  );
}

function Attempts({ of: { attempts } }: { of: Delivery }) {
  return (
    <Stack gap="xs">
      <Title order={3} size="sm">
        {t('deliveries.attempts')}
      </Title>
      {attempts.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('deliveries.untried')}
        </Text>
      )}
      <Stack component="ol" gap="sm" m={0} pl={20}>
        {attempts.map(({ at, outcome, answer }) => (
          <li key={at}>
            <Text size="sm">
              {t(`deliveries.outcome-${outcome}`)} · <When at={at} />
            </Text>
            {answer && (
              <Code block mt={4} tabIndex={0} style={{ whiteSpace: 'pre-wrap' }}>
                {answer}
              </Code>
            )}
          </li>
        ))}
      </Stack>
    </Stack>
  );
}

function Says({ slug, delivery: { id, channel } }: { slug: string; delivery: Delivery }) {
  const query = useQuery({
    queryKey: ['tenant', slug, 'delivery', id, 'preview'],
    queryFn: ({ signal }) => answer(api.GET('/admin/v1/tenants/{slug}/deliveries/{id}/preview', { params: { path: { slug, id } }, signal })),
  });
  return (
    <Stack gap="xs">
      <Title order={3} size="sm">
        {t('deliveries.says')}
      </Title>
      <Text size="xs" c="dimmed">
        {t('deliveries.says-hint')}
      </Text>
      {query.error && <Problem error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Skeleton height={360} />}
      {query.data && <Rendered channel={channel} message={query.data} />}
    </Stack>
  );
}
