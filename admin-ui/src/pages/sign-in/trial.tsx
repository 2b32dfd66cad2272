import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useAct } from '../../lib/act';
import { useAdmin } from '../../api/session';
import { t } from '../../lib/i18n';
import { useFaults } from '../../ui/form';
import { Problem } from '../../ui/problem';
import { done } from '../../ui/toasts';

type TrialProps = { title: string; text: string; channel: 'email' | 'sms'; send: (to: string) => Promise<unknown>; onClose: () => void };

/** Asks where to, and sends something made up there through what is saved. */
export function Trial({ title, text, channel, send, onClose }: TrialProps) {
  const { email } = useAdmin();
  const form = useForm({ mode: 'controlled', initialValues: { to: channel === 'email' ? email : '' } });
  const faults = useFaults(form);
  const trial = useAct({
    mutationFn: ({ to }: { to: string }) => send(to.trim()),
    onMutate: faults.clear,
    onError: faults.show,
    onSuccess: (_, { to }) => {
      done(t('messages.test-sent', { to: to.trim() }));
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title={title}>
      <form onSubmit={form.onSubmit((values) => trial.mutate(values))}>
        <Stack>
          {faults.problem !== undefined && <Problem error={faults.problem} />}
          <Text size="sm">{text}</Text>
          <TextInput
            {...form.getInputProps('to')}
            label={channel === 'email' ? t('field.email') : t('field.mobile')}
            type={channel === 'email' ? 'email' : 'tel'}
            placeholder={channel === 'sms' ? '+441632960123' : undefined}
            required
            data-autofocus
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" loading={trial.isPending}>
              {t('messages.test')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
