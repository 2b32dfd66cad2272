import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../../api/client';
import { t } from '../../lib/i18n';
import { useFaults } from '../../ui/form';
import { PasswordField } from '../../ui/password-field';
import { Problem } from '../../ui/problem';
import { done } from '../../ui/toasts';
import { Codes } from './codes';

type Proof = { password: string; code: string };
type Props = { onClose: () => void };

/** Makes ten new recovery codes; the old ones end. */
export function RenewCodes({ onClose }: Props) {
  const [codes, setCodes] = useState<string[]>();
  if (codes) return <Codes codes={codes} onClose={onClose} />;
  const renew = async (body: Proof) => setCodes((await answer(api.POST('/admin/v1/me/second-factor/recovery-codes', { body }))).recovery_codes);
  return <Prove title={t('me.codes-renew-title')} text={t('me.codes-renew-text')} confirm={t('me.codes-renew')} act={renew} onClose={onClose} />;
}

export function RemoveFactor({ onClose }: Props) {
  const remove = async (body: Proof) => {
    await answer(api.DELETE('/admin/v1/me/second-factor', { body }));
    done(t('me.factor-removed'));
    onClose();
  };
  return <Prove title={t('me.factor-remove-title')} text={t('me.factor-remove-text')} confirm={t('me.factor-remove')} color="red" act={remove} onClose={onClose} />;
}

type ProveProps = Props & { title: string; text: string; confirm: string; color?: 'red'; act: (proof: Proof) => Promise<void> };

/** Asks for both factors: whoever finds a browser open must not be able to take one away. */
function Prove({ title, text, confirm, color, act, onClose }: ProveProps) {
  const form = useForm<Proof>({ mode: 'controlled', initialValues: { password: '', code: '' } });
  const faults = useFaults(form);
  const queries = useQueryClient();
  const run = useMutation({
    mutationFn: act,
    gcTime: 0,
    onMutate: faults.clear,
    onError: faults.show,
    onSuccess: () => void queries.invalidateQueries({ queryKey: ['me'] }),
  });
  return (
    <Modal opened onClose={onClose} title={title}>
      <form onSubmit={form.onSubmit((values) => run.mutate(values))}>
        <Stack>
          {faults.problem !== undefined && <Problem error={faults.problem} />}
          <Text size="sm">{text}</Text>
          <PasswordField
            {...form.getInputProps('password')}
            label={t('me.password-current')}
            autoComplete="current-password"
            required
            data-autofocus
          />
          <TextInput {...form.getInputProps('code')} label={t('me.code')} description={t('me.code-either')} autoComplete="one-time-code" maxLength={64} required />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" color={color} loading={run.isPending}>
              {confirm}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
