import { Box, SegmentedControl, Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconSearchOff, IconWebhook } from '@tabler/icons-react';
import { useState } from 'react';
import { useAct } from '../../lib/act';
import { answer, api } from '../../api/client';
import { t } from '../../lib/i18n';
import { firstPage, usePager } from '../../lib/pager';
import { deliveryStates } from '../../lib/search';
import type { Column } from '../../ui/data-table';
import { DeliveryState } from '../../ui/delivery-state';
import { Empty } from '../../ui/empty';
import { Guarded } from '../../ui/guarded';
import { TextLink } from '../../ui/link';
import { List } from '../../ui/list';
import { Section } from '../../ui/section';
import { done, failed } from '../../ui/toasts';
import { When } from '../../ui/when';
import { Attempts } from './attempts';
import { type Delivery, toldQuery, webhookQuery } from './queries';
import { ResendRange } from './resend-range';
import { eventWord } from './words';

const route = getRouteApi('/inside/tenants/$slug/webhooks/$id');

/** What an endpoint was told, newest first. */
export function Told({ slug, id }: { slug: string; id: string }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(toldQuery(slug, id, search));
  const pager = usePager(query.data?.next_cursor);
  const [resending, setResending] = useState(false);
  const [shown, show] = useState<Delivery>();
  return (
    <Section
      title={t('webhooks.told')}
      about={t('webhooks.told-hint')}
      actions={
        <Guarded variant="default" because={undefined} onClick={() => setResending(true)}>
          {t('webhooks.range-open')}
        </Guarded>
      }
    >
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
        label={t('webhooks.told')}
        columns={[what(slug), state, attempts(show), when, again(slug, id)]}
        rowKey={(delivery) => delivery.id}
        pager={pager}
        empty={search.state ? <Empty small icon={IconSearchOff} title={t('webhooks.no-match')} /> : <Empty small icon={IconWebhook} title={t('webhooks.nothing-told')} />}
      />
      {shown && <Attempts of={shown} onClose={() => show(undefined)} />}
      {resending && <ResendRange slug={slug} id={id} onClose={() => setResending(false)} />}
    </Section>
  );
}

const what = (slug: string): Column<Delivery> => ({
  key: 'what',
  header: t('webhooks.event'),
  phone: 'title',
  narrow: true,
  cell: ({ event, user_id }) => (
    <>
      <Text size="sm" fw={550}>
        {eventWord(event)}
      </Text>
      {user_id !== null && (
        <TextLink to="/tenants/$slug/users/$id" params={{ slug, id: user_id }} size="xs">
          {t('webhooks.user', { id: user_id })}
        </TextLink>
      )}
    </>
  ),
});

const state: Column<Delivery> = {
  key: 'state',
  header: t('field.status'),
  phone: 'aside',
  narrow: true,
  cell: ({ state }) => <DeliveryState state={state} />,
};

const attempts = (show: (delivery: Delivery) => void): Column<Delivery> => ({
  key: 'attempts',
  header: t('deliveries.attempts'),
  phone: 'meta',
  grow: true,
  cell: (delivery) => {
    const last = delivery.attempts.at(-1);
    return (
      <>
        {last ? (
          <UnstyledButton onClick={() => show(delivery)} aria-haspopup="dialog">
            <Text size="sm" td="underline">
              {t('deliveries.attempt-count', { count: delivery.attempts.length })}
            </Text>
          </UnstyledButton>
        ) : (
          <Text size="sm">{t('deliveries.attempt-count', { count: 0 })}</Text>
        )}
        {last && (
          <Text size="xs" c="dimmed" lineClamp={1} maw={300}>
            {delivery.error ?? (last.status === null ? last.answer : t('webhooks.answered', { status: last.status }))}
          </Text>
        )}
      </>
    );
  },
});

const when: Column<Delivery> = {
  key: 'when',
  header: t('deliveries.when'),
  phone: 'meta',
  narrow: true,
  cell: ({ done_at, created_at }) => <When at={done_at ?? created_at} />,
};

const again = (slug: string, id: string): Column<Delivery> => ({
  key: 'again',
  header: <VisuallyHidden>{t('actions')}</VisuallyHidden>,
  phone: 'end',
  narrow: true,
  align: 'right',
  cell: ({ id: delivery, state }) => state !== 'pending' && <Again slug={slug} id={id} delivery={delivery} />,
});

function Again({ slug, id, delivery }: { slug: string; id: string; delivery: string }) {
  const queries = useQueryClient();
  const path = { slug, id, delivery_id: delivery };
  const resend = useAct({
    mutationFn: () => answer(api.POST('/admin/v1/tenants/{slug}/webhooks/{id}/deliveries/{delivery_id}/resend', { params: { path } })),
    onSuccess: () => done(t('webhooks.queued-again')),
    onError: failed,
    onSettled: () => queries.invalidateQueries({ queryKey: webhookQuery(slug, id).queryKey }),
  });
  return (
    <Guarded size="xs" variant="default" because={undefined} loading={resend.isPending} onClick={() => resend.mutate()}>
      {t('deliveries.again')}
    </Guarded>
  );
}
