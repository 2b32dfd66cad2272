import { Group, Stack, Text } from '@mantine/core';
import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconArrowLeft, IconPencil, IconRefresh, IconSend, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useAct } from '../../lib/act';
import { answer, api } from '../../api/client';
import { tenantQuery } from '../../api/queries';
import { useAdmin } from '../../api/session';
import { t } from '../../lib/i18n';
import { obstacle } from '../../lib/powers';
import type { WebhookSearch } from '../../lib/search';
import { ask } from '../../ui/ask';
import { Copyable } from '../../ui/copy';
import { Guarded } from '../../ui/guarded';
import { TextLink } from '../../ui/link';
import { OffLimits } from '../../ui/off-limits';
import { Page } from '../../ui/page';
import { Fact, Panel } from '../../ui/panel';
import { Problem } from '../../ui/problem';
import { Status } from '../../ui/status';
import { done, failed } from '../../ui/toasts';
import { When } from '../../ui/when';
import { EditWebhook } from './edit';
import { toldQuery, type Webhook, webhookQuery, webhooksQuery } from './queries';
import { Secret } from './secret';
import { Told } from './told';
import { eventWord } from './words';

const route = getRouteApi('/inside/tenants/$slug/webhooks/$id');

export function load(queries: QueryClient, { slug, id }: { slug: string; id: string }, search: WebhookSearch) {
  void queries.prefetchQuery(webhookQuery(slug, id));
  void queries.prefetchQuery(toldQuery(slug, id, search));
}

/** One endpoint: what it is told, what it was told, and what can be done about it. */
export function Endpoint() {
  const { slug, id } = route.useParams();
  const query = useQuery(webhookQuery(slug, id));
  const because = obstacle(useAdmin(), slug, 'configure');
  const tenant = useQuery(tenantQuery(slug));
  return (
    <Page
      title={query.data?.description || t('webhooks.one')}
      where={tenant.data?.name ?? slug}
      about={query.data && <Copyable value={query.data.url} what={t('webhooks.address')} />}
      above={
        <TextLink to="/tenants/$slug/webhooks" params={{ slug }} size="sm" w="fit-content">
          <Group gap={4} component="span">
            <IconArrowLeft size={14} aria-hidden /> {t('webhooks.title')}
          </Group>
        </TextLink>
      }
    >
      {because !== undefined && <OffLimits because={because} />}
      {because === undefined && query.error !== null && <Problem error={query.error} onRetry={() => void query.refetch()} />}
      {because === undefined && query.data && (
        <Stack gap={36}>
          <Facts slug={slug} of={query.data} />
          <Told slug={slug} id={id} />
        </Stack>
      )}
    </Page>
  );
}

function Facts({ slug, of }: { slug: string; of: Webhook }) {
  return (
    <Panel title={t('webhooks.facts')} actions={<Actions slug={slug} of={of} />}>
      <dl style={{ margin: 0 }}>
        <Fact name={t('field.status')}>
          <Status tone={of.active ? 'good' : 'off'}>{of.active ? t('webhooks.active') : t('webhooks.off')}</Status>
        </Fact>
        <Fact name={t('webhooks.events')}>{of.events.map(eventWord).join(', ')}</Fact>
        <Fact name={t('field.created')}>
          <When at={of.created_at} />
        </Fact>
        {of.old_secret_until && (
          <Fact name={t('webhooks.old-until')}>
            <When at={of.old_secret_until} />
          </Fact>
        )}
      </dl>
      {of.old_secret_until && (
        <Text size="sm" c="dimmed">
          {t('webhooks.two-sign')}
        </Text>
      )}
    </Panel>
  );
}

function Actions({ slug, of }: { slug: string; of: Webhook }) {
  const [editing, setEditing] = useState(false);
  const test = useTest(slug, of.id);
  const rotate = useRotate(slug, of.id);
  const remove = useRemove(slug, of);
  const button = { size: 'xs', variant: 'default', because: undefined } as const;
  const sureOfRotation = () =>
    ask({ title: t('webhooks.rotate-title'), text: t('webhooks.rotate-text'), confirm: t('webhooks.rotate'), onConfirm: () => rotate.mutateAsync(), tone: 'hall' });
  const sureOfRemoval = () => ask({ title: t('webhooks.delete-title'), text: t('webhooks.delete-text'), confirm: t('webhooks.delete'), onConfirm: () => remove.mutateAsync() });
  return (
    <Group gap="xs">
      <Guarded {...button} leftSection={<IconSend size={15} />} loading={test.isPending} onClick={() => test.mutate()}>
        {t('webhooks.test')}
      </Guarded>
      <Guarded {...button} leftSection={<IconPencil size={15} />} onClick={() => setEditing(true)}>
        {t('webhooks.edit')}
      </Guarded>
      <Guarded {...button} leftSection={<IconRefresh size={15} />} loading={rotate.isPending} onClick={sureOfRotation}>
        {t('webhooks.rotate-open')}
      </Guarded>
      <Guarded {...button} danger leftSection={<IconTrash size={15} />} loading={remove.isPending} onClick={sureOfRemoval}>
        {t('webhooks.delete-open')}
      </Guarded>
      {editing && <EditWebhook slug={slug} of={of} onClose={() => setEditing(false)} />}
      {rotate.data && <Secret secret={rotate.data.secret} text={t('webhooks.once-more')} onClose={rotate.reset} />}
    </Group>
  );
}

function useTest(slug: string, id: string) {
  const queries = useQueryClient();
  return useAct({
    mutationFn: () => answer(api.POST('/admin/v1/tenants/{slug}/webhooks/{id}/test', { params: { path: { slug, id } } })),
    onSuccess: () => done(t('webhooks.test-sent')),
    onError: failed,
    onSettled: () => queries.invalidateQueries({ queryKey: webhookQuery(slug, id).queryKey }),
  });
}

function useRotate(slug: string, id: string) {
  const queries = useQueryClient();
  return useAct({
    mutationFn: () => answer(api.POST('/admin/v1/tenants/{slug}/webhooks/{id}/rotate', { params: { path: { slug, id } } })),
    gcTime: 0, // a secret is not kept longer than it is shown
    onSettled: () => queries.invalidateQueries({ queryKey: webhookQuery(slug, id).queryKey }),
  });
}

function useRemove(slug: string, { id, url }: Webhook) {
  const queries = useQueryClient();
  const navigate = route.useNavigate();
  return useAct({
    mutationFn: () => answer(api.DELETE('/admin/v1/tenants/{slug}/webhooks/{id}', { params: { path: { slug, id } } })),
    onSuccess: async () => {
      await navigate({ to: '/tenants/$slug/webhooks', params: { slug } });
      queries.removeQueries({ queryKey: webhookQuery(slug, id).queryKey });
      void queries.invalidateQueries({ queryKey: webhooksQuery(slug).queryKey });
      done(t('webhooks.removed', { url }));
    },
  });
}
