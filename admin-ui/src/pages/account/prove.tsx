import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { IconFingerprint } from '@tabler/icons-react';
import { useState } from 'react';
import { useAct } from '../../lib/act';
import { answer, api } from '../../api/client';
import { passkeysWork, proveByPasskey } from '../../api/passkey';
import type { components } from '../../api/schema';
import { t } from '../../lib/i18n';
import { useFaults } from '../../ui/form';
import { PasswordField } from '../../ui/password-field';
import { Problem } from '../../ui/problem';
import { done } from '../../ui/toasts';
import { Codes } from './codes';
import { factorQuery, type Passkey } from './queries';

type Proof = components['schemas']['BothFactors'];
type Props = { onClose: () => void };

/** Makes ten new recovery codes; the old ones end. */
export function RenewCodes({ onClose }: Props) {
  const [codes, setCodes] = useState<string[]>();
  if (codes) return <Codes codes={codes} onClose={onClose} />;
  const renew = async (body: Proof) => setCodes((await answer(api.POST('/admin/v1/me/second-factor/recovery-codes', { body }))).recovery_codes);
  return <Prove title={t('me.codes-renew-title')} text={t('me.codes-renew-text')} confirm={t('me.codes-renew')} act={renew} onClose={onClose} />;
}

export function RemoveFactor({ onClose }: Props) {
  const { data: factor } = useQuery(factorQuery);
  const remove = async (body: Proof) => {
    await answer(api.DELETE('/admin/v1/me/second-factor', { body }));
    done(t('me.factor-removed'));
    onClose();
  };
  const text = factor && factor.passkeys > 0 ? t('me.factor-remove-one') : t('me.factor-remove-text');
  return <Prove title={t('me.factor-remove-title')} text={text} confirm={t('me.factor-remove')} color="red" act={remove} onClose={onClose} />;
}

export function RemovePasskey({ passkey, onClose }: Props & { passkey: Passkey }) {
  const { data: factor } = useQuery(factorQuery);
  const { id, name } = passkey;
  const remove = async (body: Proof) => {
    await answer(api.DELETE('/admin/v1/me/passkeys/{id}', { params: { path: { id } }, body }));
    done(t('me.passkey-removed', { name }));
    onClose();
  };
  const last = factor?.since === null && factor.passkeys === 1;
  const text = last ? `${t('me.passkey-remove-text')} ${t('me.factor-remove-text')}` : t('me.passkey-remove-text');
  return <Prove title={t('me.passkey-remove-title', { name })} text={text} confirm={t('me.factor-remove')} color="red" act={remove} onClose={onClose} />;
}

type ProveProps = Props & { title: string; text: string; confirm: string; color?: 'red'; act: (proof: Proof) => Promise<void> };

/** Asks for both factors: whoever finds a browser open must not be able to take one away. */
function Prove({ title, text, confirm, color, act, onClose }: ProveProps) {
  const form = useForm({ mode: 'controlled', initialValues: { password: '', code: '' } });
  const faults = useFaults(form);
  const queries = useQueryClient();
  const { data: factor } = useQuery(factorQuery);
  const withPasskey = passkeysWork() && factor !== undefined && factor.passkeys > 0;
  const run = useAct({
    mutationFn: async ({ by, password, code }: { by: 'code' | 'passkey'; password: string; code: string }) =>
      act(by === 'passkey' ? { password, ...(await proveByPasskey()) } : { password, code }),
    gcTime: 0,
    onMutate: faults.clear,
    onError: faults.show,
    onSuccess: () => void queries.invalidateQueries({ queryKey: ['me'] }),
  });
  return (
    <Modal opened onClose={onClose} title={title}>
      <form onSubmit={form.onSubmit((values) => run.mutate({ by: 'code', ...values }))}>
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
          {withPasskey && (
            <Button
              variant="default"
              leftSection={<IconFingerprint size={18} />}
              loading={run.isPending}
              onClick={() => run.mutate({ by: 'passkey', ...form.getValues() })}
            >
              {t('me.passkey-prove')}
            </Button>
          )}
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
