import { Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useAct } from '../../lib/act';
import { answer, api } from '../../api/client';
import type { components } from '../../api/schema';
import { t } from '../../lib/i18n';
import { Copyable } from '../../ui/copy';
import { useFaults } from '../../ui/form';
import { FormButtons } from '../../ui/form-buttons';
import { PasswordField } from '../../ui/password-field';
import { Problem } from '../../ui/problem';
import { QRCode } from '../../ui/qr-code';
import { Codes } from './codes';

type Secret = components['schemas']['SecondFactorSecret'];
type Step = { at: 'password' } | { at: 'app'; secret: Secret } | { at: 'codes'; codes: string[] };

/** From the password over the app to the recovery codes. Nothing counts before the app has shown that it works. */
export function Enrol({ onClose }: { onClose: () => void }) {
  const [step, setStep] = useState<Step>({ at: 'password' });
  const queries = useQueryClient();
  if (step.at === 'codes') return <Codes codes={step.codes} onClose={onClose} />;
  const confirmed = (codes: string[]) => {
    setStep({ at: 'codes', codes });
    void queries.invalidateQueries({ queryKey: ['me'] });
  };
  return (
    <Modal opened onClose={onClose} closeOnClickOutside={false} title={t('me.factor-begin')} size="lg">
      {step.at === 'password' ? <Begin onDone={(secret) => setStep({ at: 'app', secret })} onClose={onClose} /> : <Confirm secret={step.secret} onDone={confirmed} onClose={onClose} />}
    </Modal>
  );
}

function Begin({ onDone, onClose }: { onDone: (secret: Secret) => void; onClose: () => void }) {
  const form = useForm({ mode: 'controlled', initialValues: { password: '' } });
  const faults = useFaults(form);
  const begin = useAct({
    mutationFn: (body: { password: string }) => answer(api.POST('/admin/v1/me/second-factor', { body })),
    gcTime: 0,
    onMutate: faults.clear,
    onError: faults.show,
    onSuccess: onDone,
  });
  return (
    <form onSubmit={form.onSubmit((values) => begin.mutate(values))}>
      <Stack>
        {faults.problem !== undefined && <Problem error={faults.problem} />}
        <Text size="sm">{t('me.enrol-app')}</Text>
        <PasswordField
          {...form.getInputProps('password')}
          label={t('me.password-current')}
          autoComplete="current-password"
          required
          data-autofocus
        />
        <FormButtons onClose={onClose} pending={begin.isPending} label={t('me.next')} />
      </Stack>
    </form>
  );
}

function Confirm({ secret, onDone, onClose }: { secret: Secret; onDone: (codes: string[]) => void; onClose: () => void }) {
  const form = useForm({ mode: 'controlled', initialValues: { code: '' } });
  const faults = useFaults(form);
  const confirm = useAct({
    mutationFn: (body: { code: string }) => answer(api.POST('/admin/v1/me/second-factor/confirm', { body })),
    gcTime: 0, // recovery codes are not kept longer than they are shown
    onMutate: faults.clear,
    onError: faults.show,
    onSuccess: ({ recovery_codes }) => onDone(recovery_codes),
  });
  return (
    <form onSubmit={form.onSubmit((values) => confirm.mutate(values))}>
      <Stack>
        {faults.problem !== undefined && <Problem error={faults.problem} />}
        <Group align="flex-start" gap="lg" justify="center">
          <QRCode text={secret.uri} label={t('me.qr')} />
          <Stack gap="sm" flex={1} miw={220}>
            <Text size="sm">{t('me.enrol-scan')}</Text>
            <Text size="sm">{t('me.enrol-type')}</Text>
            <Copyable value={secret.secret} what={t('me.secret')} />
            <TextInput
              {...form.getInputProps('code')}
              label={t('me.code')}
              description={t('me.code-app')}
              inputMode="numeric"
              autoComplete="one-time-code"
              maxLength={64}
              required
              data-autofocus
            />
            <Text size="xs" c="dimmed">
              {t('me.enrol-ends')}
            </Text>
          </Stack>
        </Group>
        <FormButtons onClose={onClose} pending={confirm.isPending} label={t('me.enrol-confirm')} />
      </Stack>
    </form>
  );
}
