import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { IconClockPause } from '@tabler/icons-react';
import { openSession, sessionQuery } from '../../api/session';
import { t } from '../../lib/i18n';
import { useFaults } from '../../ui/form';
import { Problem } from '../../ui/problem';
import { Lobby } from './lobby';

const route = getRouteApi('/sign-in');

export function SignIn() {
  const { ended } = route.useSearch();
  const form = useForm({ mode: 'uncontrolled', initialValues: { email: '', password: '' } });
  const enter = useEnter();
  const faults = useFaults(form);
  const signIn = useMutation({ mutationFn: openSession, onMutate: faults.clear, onSuccess: enter, onError: faults.show });
  return (
    <Lobby title={t('sign-in.title')} about={t('sign-in.about')}>
      {ended && !signIn.isError && (
        <Alert color="hall" icon={<IconClockPause size={20} />} role="status">
          {t('sign-in.ended')}
        </Alert>
      )}
      {faults.problem !== undefined && <Problem error={faults.problem} />}
      <form onSubmit={form.onSubmit((values) => signIn.mutate(values))}>
        <Stack>
          <TextInput
            {...form.getInputProps('email')}
            key={form.key('email')}
            label={t('field.email')}
            type="email"
            autoComplete="username"
            required
            autoFocus
            withAsterisk={false}
          />
          <PasswordInput
            {...form.getInputProps('password')}
            key={form.key('password')}
            label={t('field.password')}
            autoComplete="current-password"
            required
            withAsterisk={false}
            visibilityToggleButtonProps={{ 'aria-label': t('field.password-show') }}
          />
          <Button type="submit" loading={signIn.isPending} mt="xs">
            {t('sign-in.do')}
          </Button>
        </Stack>
      </form>
    </Lobby>
  );
}

/** In, and to where one was going. */
function useEnter() {
  const queries = useQueryClient();
  const router = useRouter();
  const { return: wanted } = route.useSearch();
  return (session: Awaited<ReturnType<typeof openSession>>) => {
    queries.clear();
    queries.setQueryData(sessionQuery.queryKey, session);
    return router.navigate({ href: router.basepath + (wanted ?? '/'), replace: true });
  };
}
