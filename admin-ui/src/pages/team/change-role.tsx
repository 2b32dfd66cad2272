import { Button, Group, Modal, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { answer, api } from '../../api/client';
import { refreshTenant } from '../../api/queries';
import type { components } from '../../api/schema';
import type { Role } from '../../api/session';
import { t } from '../../lib/i18n';
import { useFaults } from '../../ui/form';
import { Problem } from '../../ui/problem';
import { done } from '../../ui/toasts';
import { Roles } from './roles';

type Props = { slug: string; member: components['schemas']['Admin']; onClose: () => void };

export function ChangeRole({ slug, member, onClose }: Props) {
  const name = member.name || member.email;
  const form = useForm<{ role: Role }>({ mode: 'controlled', initialValues: { role: member.role } });
  const faults = useFaults(form);
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: (body: { role: Role }) => answer(api.PATCH('/admin/v1/tenants/{slug}/admins/{id}', { params: { path: { slug, id: member.id } }, body })),
    onMutate: faults.clear,
    onError: faults.show,
    onSuccess: ({ role }) => {
      done(t('team.changed', { name, role: t(`team.role.${role}`) }));
      onClose();
    },
    onSettled: () => refreshTenant(queries, slug),
  });
  return (
    <Modal opened onClose={onClose} title={t('team.change-title', { name })}>
      <form onSubmit={form.onSubmit((values) => change.mutate(values))}>
        <Stack>
          {faults.problem !== undefined && <Problem error={faults.problem} />}
          <Roles {...form.getInputProps('role')} />
          <Group justify="flex-end" mt="xs">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" loading={change.isPending} disabled={!form.isDirty()}>
              {t('team.change')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
