import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useAct } from '../../lib/act';
import { useAdmin } from '../../api/session';
import { t } from '../../lib/i18n';
import { useFaults } from '../../ui/form';
import { Problem } from '../../ui/problem';
import { done } from '../../ui/toasts';
import { tryTemplate, type Which, type Wording } from './queries';

type Props = { which: Which; draft: Wording; onClose: () => void };

/** Sends what is shown, saved or not, with made-up values. */
export function TestSend({ which, draft, onClose }: Props) {
  const { email } = useAdmin();
  const form = useForm({ mode: 'controlled', initialValues: { to: which.channel === 'email' ? email : '' } });
  const faults = useFaults(form);
  const send = useAct({
    mutationFn: ({ to }: { to: string }) => tryTemplate(which, draft, to.trim()),
    onMutate: faults.clear,
    onError: faults.show,
    onSuccess: (_, { to }) => {
      done(t('messages.test-sent', { to: to.trim() }));
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title={t('messages.test-title')}>
      <form onSubmit={form.onSubmit((values) => send.mutate(values))}>
        <Stack>
          {faults.problem !== undefined && <Problem error={faults.problem} />}
          <Text size="sm">{t('messages.test-text')}</Text>
          <TextInput
            {...form.getInputProps('to')}
            label={which.channel === 'email' ? t('field.email') : t('field.mobile')}
            type={which.channel === 'email' ? 'email' : 'tel'}
            required
            data-autofocus
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" loading={send.isPending}>
              {t('messages.test')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
