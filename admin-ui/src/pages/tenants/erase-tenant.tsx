import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useAct } from '../../lib/act';
import { answer, api } from '../../api/client';
import { overviewQuery, type TenantSummary } from '../../api/queries';
import { t } from '../../lib/i18n';
import { Guarded } from '../../ui/guarded';
import { Problem } from '../../ui/problem';

/** Says what will be gone and for whom, and wants the slug typed. */
export function EraseTenant({ tenant, onClose, onBegun }: { tenant: TenantSummary; onClose: () => void; onBegun: () => void }) {
  const queries = useQueryClient();
  const overview = useQuery(overviewQuery(tenant.slug));
  const [typed, setTyped] = useState('');
  const erase = useAct({
    mutationFn: () => answer(api.DELETE('/admin/v1/tenants/{slug}', { params: { path: { slug: tenant.slug } }, body: { confirm: typed.trim() } })),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['tenants'] });
      void queries.invalidateQueries({ queryKey: ['erasures'] });
      onBegun();
    },
  });
  return (
    <Modal opened onClose={onClose} title={t('erase.title', { name: tenant.name })}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          erase.mutate();
        }}
      >
        <Stack>
          {erase.error && <Problem error={erase.error} />}
          <Text size="sm">{overview.data ? t('erase.count', { count: overview.data.users.total }) : t('erase.all')}</Text>
          <Text size="sm">{t('erase.text')}</Text>
          <TextInput label={t('erase.type', { slug: tenant.slug })} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} autoComplete="off" spellCheck={false} data-autofocus />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Guarded type="submit" color="red" because={typed.trim() === tenant.slug ? undefined : t('erase.type-first', { slug: tenant.slug })} loading={erase.isPending}>
              {t('erase.do')}
            </Guarded>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
