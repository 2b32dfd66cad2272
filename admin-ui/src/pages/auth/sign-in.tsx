import { Alert, Button, Divider, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { IconClockPause, IconFingerprint } from '@tabler/icons-react';
import { useState } from 'react';
import { useAct } from '../../lib/act';
import { asApiError, describe } from '../../api/errors';
import { askForPasskey, enterByPasskey, passkeysWork } from '../../api/passkey';
import { type Credentials, openSession, sessionQuery } from '../../api/session';
import { t } from '../../lib/i18n';
import { useFaults } from '../../ui/form';
import { PasswordField } from '../../ui/password-field';
import { Problem } from '../../ui/problem';
import { Lobby } from './lobby';

const route = getRouteApi('/sign-in');

export function SignIn() {
  const { ended } = route.useSearch();
  /** What was typed, once the server asks for the second factor too. */
  const [known, setKnown] = useState<Credentials>();
  const form = useForm({ mode: 'uncontrolled', initialValues: { email: '', password: '' } });
  const enter = useEnter();
  const faults = useFaults(form);
  const refused = (error: unknown, values: Credentials) => {
    if (asApiError(error).code === 'second_factor_needed') setKnown(values);
    else faults.show(error);
  };
  const signIn = useAct({ mutationFn: openSession, gcTime: 0, onMutate: faults.clear, onSuccess: enter, onError: refused });
  const byPasskey = useAct({
    mutationFn: async () => enterByPasskey(await askForPasskey({})),
    gcTime: 0,
    onMutate: faults.clear,
    onSuccess: enter,
    onError: faults.show,
  });
  if (known) return <SecondStep known={known} onBack={() => setKnown(undefined)} />;
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
          <PasswordField
            {...form.getInputProps('password')}
            key={form.key('password')}
            label={t('field.password')}
            autoComplete="current-password"
            required
            withAsterisk={false}
          />
          <Button type="submit" loading={signIn.isPending} mt="xs">
            {t('sign-in.do')}
          </Button>
        </Stack>
      </form>
      {passkeysWork() && (
        <Stack>
          <Divider label={t('sign-in.or')} />
          <Button variant="default" leftSection={<IconFingerprint size={18} />} loading={byPasskey.isPending} onClick={() => byPasskey.mutate()}>
            {t('sign-in.passkey')}
          </Button>
        </Stack>
      )}
    </Lobby>
  );
}

/** The password was right; now a passkey or the app, or a recovery code for those without their phone. */
function SecondStep({ known, onBack }: { known: Credentials; onBack: () => void }) {
  const form = useForm({ mode: 'uncontrolled', initialValues: { code: '' } });
  const enter = useEnter();
  const faults = useFaults(form);
  const refused = (error: unknown) => {
    const fault = asApiError(error);
    if (fault.code.startsWith('second_factor_')) form.setFieldError('code', describe(fault));
    else faults.show(error);
  };
  const signIn = useAct({ mutationFn: openSession, gcTime: 0, onMutate: faults.clear, onSuccess: enter, onError: refused });
  const asked = useQuery({
    queryKey: ['passkey', known.email],
    queryFn: () => askForPasskey({ email: known.email, password: known.password }),
    enabled: passkeysWork(),
    retry: false,
    gcTime: 0,
    staleTime: Infinity,
  });
  const byPasskey = useAct({
    mutationFn: enterByPasskey,
    gcTime: 0,
    onMutate: faults.clear,
    onSuccess: enter,
    onError: (error) => {
      faults.show(error);
      void asked.refetch(); // an attempt lasts for minutes only
    },
  });
  const { data: passkey } = asked;
  return (
    <Lobby title={t('sign-in.second')} about={passkey ? t('sign-in.second-either') : t('sign-in.second-about')}>
      {faults.problem !== undefined && <Problem error={faults.problem} />}
      {passkey && (
        <Stack>
          <Button leftSection={<IconFingerprint size={18} />} loading={byPasskey.isPending} onClick={() => byPasskey.mutate(passkey)}>
            {t('sign-in.use-passkey')}
          </Button>
          <Divider label={t('sign-in.or')} />
        </Stack>
      )}
      <form onSubmit={form.onSubmit(({ code }) => signIn.mutate({ ...known, code }))}>
        <Stack>
          <TextInput
            {...form.getInputProps('code')}
            key={form.key('code')}
            label={t('me.code')}
            autoComplete="one-time-code"
            maxLength={64}
            required
            autoFocus
            withAsterisk={false}
          />
          <Button type="submit" loading={signIn.isPending} mt="xs">
            {t('sign-in.do')}
          </Button>
          <Text size="sm" c="dimmed">
            {t('sign-in.lost')}
          </Text>
          <Button variant="subtle" onClick={onBack}>
            {t('sign-in.other')}
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
