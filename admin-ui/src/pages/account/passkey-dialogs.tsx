import { Modal, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useAct } from '../../lib/act';
import { answer, api } from '../../api/client';
import { addPasskey } from '../../api/passkey';
import { t } from '../../lib/i18n';
import { useFaults } from '../../ui/form';
import { FormButtons } from '../../ui/form-buttons';
import { PasswordField } from '../../ui/password-field';
import { Problem } from '../../ui/problem';
import { done } from '../../ui/toasts';
import { Codes } from './codes';
import type { Passkey } from './queries';

/** A name and the password; then the browser asks. With the first factor of all come the recovery codes. */
export function AddPasskey({ onClose }: { onClose: () => void }) {
  const [codes, setCodes] = useState<string[]>();
  const form = useForm({ mode: 'controlled', initialValues: { name: '', password: '' } });
  const faults = useFaults(form);
  const queries = useQueryClient();
  const add = useAct({
    mutationFn: ({ name, password }: { name: string; password: string }) => addPasskey(name, password),
    gcTime: 0, // recovery codes are not kept longer than they are shown
    onMutate: faults.clear,
    onError: faults.show,
    onSuccess: ({ passkey, recovery_codes }) => {
      void queries.invalidateQueries({ queryKey: ['me'] });
      done(t('me.passkey-is-added', { name: passkey.name }));
      if (recovery_codes.length > 0) setCodes(recovery_codes);
      else onClose();
    },
  });
  if (codes) return <Codes codes={codes} onClose={onClose} />;
  return (
    <Modal opened onClose={onClose} closeOnClickOutside={false} title={t('me.passkey-add')}>
      <form onSubmit={form.onSubmit((values) => add.mutate(values))}>
        <Stack>
          {faults.problem !== undefined && <Problem error={faults.problem} />}
          <Text size="sm">{t('me.passkey-add-text')}</Text>
          <TextInput {...form.getInputProps('name')} label={t('me.passkey-name')} description={t('me.passkey-name-hint')} maxLength={60} required data-autofocus />
          <PasswordField {...form.getInputProps('password')} label={t('me.password-current')} autoComplete="current-password" required />
          <FormButtons onClose={onClose} pending={add.isPending} label={t('me.next')} />
        </Stack>
      </form>
    </Modal>
  );
}

export function RenamePasskey({ passkey, onClose }: { passkey: Passkey; onClose: () => void }) {
  const form = useForm({ mode: 'controlled', initialValues: { name: passkey.name } });
  const faults = useFaults(form);
  const queries = useQueryClient();
  const rename = useAct({
    mutationFn: (body: { name: string }) => answer(api.PATCH('/admin/v1/me/passkeys/{id}', { params: { path: { id: passkey.id } }, body })),
    onMutate: faults.clear,
    onError: faults.show,
    onSuccess: ({ name }) => {
      void queries.invalidateQueries({ queryKey: ['me', 'passkeys'] });
      done(t('me.passkey-renamed', { name }));
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title={t('me.passkey-rename-of', { name: passkey.name })}>
      <form onSubmit={form.onSubmit((values) => rename.mutate(values))}>
        <Stack>
          {faults.problem !== undefined && <Problem error={faults.problem} />}
          <TextInput {...form.getInputProps('name')} label={t('me.passkey-name')} maxLength={60} required data-autofocus />
          <FormButtons onClose={onClose} pending={rename.isPending} label={t('me.passkey-rename')} />
        </Stack>
      </form>
    </Modal>
  );
}
