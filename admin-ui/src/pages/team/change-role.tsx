import { Button, Group, Modal, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useAct } from '../../lib/act';
import { t } from '../../lib/i18n';
import { useFaults } from '../../ui/form';
import { Guarded } from '../../ui/guarded';
import { Problem } from '../../ui/problem';
import { done } from '../../ui/toasts';
import type { AnyRole, Crew, Seat } from './crew';
import { Roles } from './roles';

type Props<R extends AnyRole> = { crew: Crew<R>; seat: Seat<R>; onClose: () => void };

export function ChangeRole<R extends AnyRole>({ crew, seat, onClose }: Props<R>) {
  const name = seat.name || seat.email;
  const form = useForm<{ role: string }>({ mode: 'controlled', initialValues: { role: seat.role } });
  const faults = useFaults(form);
  const queries = useQueryClient();
  const change = useAct({
    mutationFn: ({ role }: { role: string }) => crew.change(seat.id, role as R),
    onMutate: faults.clear,
    onError: faults.show,
    onSuccess: ({ role }) => {
      done(t('team.changed', { name, role: crew.roles.find((one) => one.role === role)?.label ?? role }));
      onClose();
    },
    onSettled: () => crew.refresh(queries),
  });
  return (
    <Modal opened onClose={onClose} title={t('team.change-title', { name })}>
      <form onSubmit={form.onSubmit((values) => change.mutate(values))}>
        <Stack>
          {faults.problem !== undefined && <Problem error={faults.problem} />}
          <Roles roles={crew.roles} {...form.getInputProps('role')} />
          <Group justify="flex-end" mt="xs">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Guarded type="submit" loading={change.isPending} because={form.isDirty() ? undefined : t('team.change-none')}>
              {t('team.change')}
            </Guarded>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
