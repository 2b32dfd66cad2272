import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { answer, api } from '../../api/client';
import { refreshTenant } from '../../api/queries';
import type { Role } from '../../api/session';
import { t } from '../../lib/i18n';
import { useFaults } from '../../ui/form';
import { Problem } from '../../ui/problem';
import { done } from '../../ui/toasts';
import { Roles } from './roles';

type Values = { email: string; role: Role };

export function Invite({ slug, onClose }: { slug: string; onClose: () => void }) {
  const form = useForm<Values>({ mode: 'controlled', initialValues: { email: '', role: 'approver' } });
  const faults = useFaults(form);
  const queries = useQueryClient();
  const invite = useMutation({
    mutationFn: (body: Values) => answer(api.POST('/admin/v1/tenants/{slug}/admins', { params: { path: { slug } }, body })),
    onMutate: faults.clear,
    onError: faults.show,
    onSuccess: ({ email }) => {
      done(t('team.invited', { email }));
      void refreshTenant(queries, slug);
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title={t('team.invite-title')}>
      <form onSubmit={form.onSubmit((values) => invite.mutate(values))}>
        <Stack>
          {faults.problem !== undefined && <Problem error={faults.problem} />}
          <TextInput {...form.getInputProps('email')} label={t('field.email')} description={t('team.invite-hint')} type="email" maxLength={254} required data-autofocus />
          <Roles {...form.getInputProps('role')} />
          <Group justify="flex-end" mt="xs">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" loading={invite.isPending}>
              {t('team.invite-do')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
