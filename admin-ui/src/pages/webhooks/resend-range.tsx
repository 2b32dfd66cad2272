import { Button, Group, Modal, Radio, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useAct } from '../../lib/act';
import { answer, api } from '../../api/client';
import { t } from '../../lib/i18n';
import { useFaults } from '../../ui/form';
import { Problem } from '../../ui/problem';
import { done } from '../../ui/toasts';
import { webhookQuery } from './queries';

type Values = { since: string; until: string; state: 'failed' | 'sent' };
type Props = { slug: string; id: string; onClose: () => void };

/** Sends what happened in a time again, say after an outage of the receiver. */
export function ResendRange({ slug, id, onClose }: Props) {
  const form = useForm<Values>({ mode: 'controlled', initialValues: { since: local(-24), until: local(1), state: 'failed' } });
  const faults = useFaults(form);
  const queries = useQueryClient();
  const resend = useAct({
    mutationFn: ({ since, until, state }: Values) =>
      answer(
        api.POST('/admin/v1/tenants/{slug}/webhooks/{id}/resend', {
          params: { path: { slug, id } },
          body: { since: new Date(since).toISOString(), until: new Date(until).toISOString(), state },
        }),
      ),
    onMutate: faults.clear,
    onError: faults.show,
    onSuccess: ({ count }) => {
      void queries.invalidateQueries({ queryKey: webhookQuery(slug, id).queryKey });
      done(t('webhooks.range-queued', { count }));
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title={t('webhooks.range-title')}>
      <form onSubmit={form.onSubmit((values) => resend.mutate(values))}>
        <Stack>
          {faults.problem !== undefined && <Problem error={faults.problem} />}
          <Text size="sm">{t('webhooks.range-text')}</Text>
          <Group grow>
            <TextInput {...form.getInputProps('since')} type="datetime-local" label={t('webhooks.since')} required />
            <TextInput {...form.getInputProps('until')} type="datetime-local" label={t('webhooks.until')} required />
          </Group>
          <Radio.Group {...form.getInputProps('state')} label={t('webhooks.range-which')}>
            <Stack gap="xs" mt={6}>
              <Radio value="failed" label={t('webhooks.range-failed')} />
              <Radio value="sent" label={t('webhooks.range-sent')} />
            </Stack>
          </Radio.Group>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" loading={resend.isPending}>
              {t('deliveries.again')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** A moment some hours from now as such a field writes it: by this clock, without a zone. */
function local(hours: number): string {
  const at = new Date(Date.now() + hours * 3_600_000);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
