import { Button, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useAct } from '../../lib/act';
import { answer, api } from '../../api/client';
import { useAdmin } from '../../api/session';
import { t } from '../../lib/i18n';
import { useFaults } from '../../ui/form';
import { Panel } from '../../ui/panel';
import { PasswordField } from '../../ui/password-field';
import { Problem } from '../../ui/problem';
import { done } from '../../ui/toasts';

type Values = { current_password: string; new_password: string };

export function Password() {
  const { email } = useAdmin();
  const form = useForm<Values>({ mode: 'controlled', initialValues: { current_password: '', new_password: '' } });
  const faults = useFaults(form);
  const queries = useQueryClient();
  const change = useAct({
    mutationFn: (body: Values) => answer(api.POST('/admin/v1/me/password', { body })),
    gcTime: 0,
    onMutate: faults.clear,
    onError: faults.show,
    onSuccess: () => {
      form.reset();
      done(t('me.password-changed'));
      void queries.invalidateQueries({ queryKey: ['me'] });
    },
  });
  return (
    <Panel title={t('me.password')}>
      <form onSubmit={form.onSubmit((values) => change.mutate(values))}>
        <Stack>
          {faults.problem !== undefined && <Problem error={faults.problem} />}
          <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <PasswordField {...form.getInputProps('current_password')} label={t('me.password-current')} autoComplete="current-password" maxLength={256} required />
            <PasswordField {...form.getInputProps('new_password')} label={t('me.password-new')} autoComplete="new-password" maxLength={256} required />
          </SimpleGrid>
          <Group justify="space-between" gap="sm">
            <Text size="sm" c="dimmed" maw={460}>
              {t('me.password-hint')}
            </Text>
            <Button type="submit" variant="default" loading={change.isPending}>
              {t('me.password-change')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Panel>
  );
}
