import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useAct } from '../../lib/act';
import { t } from '../../lib/i18n';
import { useFaults } from '../../ui/form';
import { Problem } from '../../ui/problem';
import { done } from '../../ui/toasts';
import type { AnyRole, Crew } from './crew';
import { Roles } from './roles';

export function Invite<R extends AnyRole>({ crew, onClose }: { crew: Crew<R>; onClose: () => void }) {
  const form = useForm<{ email: string; role: string }>({ mode: 'controlled', initialValues: { email: '', role: crew.usual } });
  const faults = useFaults(form);
  const queries = useQueryClient();
  const invite = useAct({
    mutationFn: ({ email, role }: { email: string; role: string }) => crew.invite({ email, role: role as R }),
    onMutate: faults.clear,
    onError: faults.show,
    onSuccess: ({ email }) => {
      done(t('team.invited', { email }));
      void crew.refresh(queries);
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title={crew.words.invite}>
      <form onSubmit={form.onSubmit((values) => invite.mutate(values))}>
        <Stack>
          {faults.problem !== undefined && <Problem error={faults.problem} />}
          <TextInput {...form.getInputProps('email')} label={t('field.email')} description={crew.words.inviteHint} type="email" maxLength={254} required data-autofocus />
          <Roles roles={crew.roles} {...form.getInputProps('role')} />
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
