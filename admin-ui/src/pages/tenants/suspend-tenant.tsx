import { Button, Group, Modal, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useAct } from '../../lib/act';
import { answer, api } from '../../api/client';
import { overviewQuery, refreshTenant, type TenantSummary } from '../../api/queries';
import { t } from '../../lib/i18n';
import { Problem } from '../../ui/problem';
import { done } from '../../ui/toasts';

/** Says to how many it will happen before it happens. */
export function SuspendTenant({ tenant, onClose }: { tenant: TenantSummary; onClose: () => void }) {
  const overview = useQuery(overviewQuery(tenant.slug));
  const suspend = useSuspend(tenant, onClose);
  return (
    <Modal opened onClose={onClose} title={t('tenants.suspend-title', { name: tenant.name })}>
      <Stack>
        {suspend.error && <Problem error={suspend.error} />}
        {overview.isPending ? (
          <Skeleton height={20} />
        ) : (
          <Text size="sm">{overview.data ? t('tenants.suspend-count', { count: overview.data.users.total }) : t('tenants.suspend-all')}</Text>
        )}
        <Text size="sm" c="dimmed">
          {t('tenants.suspend-hint')}
        </Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t('cancel')}
          </Button>
          <Button color="red" loading={suspend.isPending} onClick={() => suspend.mutate()}>
            {t('tenants.suspend')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function useSuspend({ slug, name }: TenantSummary, onDone: () => void) {
  const queries = useQueryClient();
  return useAct({
    mutationFn: () => answer(api.POST('/admin/v1/tenants/{slug}/suspend', { params: { path: { slug } } })),
    onSuccess: () => {
      done(t('tenants.suspended-done', { name }));
      void queries.invalidateQueries({ queryKey: ['tenants'] });
      void refreshTenant(queries, slug);
      onDone();
    },
  });
}
