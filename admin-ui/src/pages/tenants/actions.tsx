import { ActionIcon, Menu, VisuallyHidden } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { IconDots, IconGauge, IconPlayerPause, IconPlayerPlay, IconTrash } from '@tabler/icons-react';
import { useAct } from '../../lib/act';
import { answer, api } from '../../api/client';
import { refreshTenant, type TenantSummary } from '../../api/queries';
import { t } from '../../lib/i18n';
import { Above, type Column } from '../../ui/data-table';
import { done, failed } from '../../ui/toasts';

/** What an operator does with a tenant, in its row. */
type Pick = (tenant: TenantSummary) => void;

export const actions = (usage: Pick, suspend: Pick, erase: Pick): Column<TenantSummary> => ({
  key: 'actions',
  header: <VisuallyHidden>{t('actions')}</VisuallyHidden>,
  phone: 'aside',
  narrow: true,
  align: 'right',
  cell: (tenant) => <Actions tenant={tenant} onUsage={() => usage(tenant)} onSuspend={() => suspend(tenant)} onErase={() => erase(tenant)} />,
});

function Actions({ tenant, onUsage, onSuspend, onErase }: { tenant: TenantSummary; onUsage: () => void; onSuspend: () => void; onErase: () => void }) {
  const resume = useResume(tenant);
  return (
    <Above>
      <Menu position="bottom-end" shadow="md" withinPortal>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={t('tenants.actions', { name: tenant.name })} loading={resume.isPending}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconGauge size={16} />} onClick={onUsage}>
            {t('usage.open')}
          </Menu.Item>
          {tenant.status === 'active' ? (
            <Menu.Item color="red" leftSection={<IconPlayerPause size={16} />} onClick={onSuspend}>
              {t('tenants.suspend')}
            </Menu.Item>
          ) : (
            <Menu.Item leftSection={<IconPlayerPlay size={16} />} onClick={() => resume.mutate()}>
              {t('tenants.resume')}
            </Menu.Item>
          )}
          <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={onErase}>
            {t('erase.open')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Above>
  );
}

function useResume({ slug, name }: TenantSummary) {
  const queries = useQueryClient();
  return useAct({
    mutationFn: () => answer(api.POST('/admin/v1/tenants/{slug}/resume', { params: { path: { slug } } })),
    onSuccess: () => {
      done(t('tenants.resumed', { name }));
      void queries.invalidateQueries({ queryKey: ['tenants'] });
      void refreshTenant(queries, slug);
    },
    onError: failed,
  });
}
