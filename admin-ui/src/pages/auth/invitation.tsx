import { Button, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useLocation, useNavigate } from '@tanstack/react-router';
import { useAct } from '../../lib/act';
import { ApiError } from '../../api/errors';
import { acceptInvitation, sessionQuery } from '../../api/session';
import { t } from '../../lib/i18n';
import { useFaults } from '../../ui/form';
import { TextLink } from '../../ui/link';
import { PasswordField } from '../../ui/password-field';
import { Problem } from '../../ui/problem';
import { Lobby } from './lobby';

export function Invitation() {
  // In the fragment, which no server, proxy or Referer header gets to see.
  const token = new URLSearchParams(useLocation({ select: ({ hash }) => hash })).get('token') ?? undefined;
  return (
    <Lobby title={t('invitation.title')} about={t('invitation.about')}>
      {token === undefined ? <Problem error={new ApiError(400, 'invitation_invalid', '')} /> : <Acceptance token={token} />}
      <TextLink to="/sign-in" size="sm">
        {t('invitation.sign-in')}
      </TextLink>
    </Lobby>
  );
}

function Acceptance({ token }: { token: string }) {
  const form = useForm({ mode: 'uncontrolled', initialValues: { name: '', password: '' } });
  const faults = useFaults(form);
  const enter = useEnter();
  const accept = useAct({
    mutationFn: (values: { name: string; password: string }) => acceptInvitation({ token, ...values }),
    onMutate: faults.clear,
    onSuccess: enter,
    onError: faults.show,
  });
  return (
    <form onSubmit={form.onSubmit((values) => accept.mutate(values))}>
      <Stack>
        {faults.problem !== undefined && <Problem error={faults.problem} />}
        <TextInput {...form.getInputProps('name')} key={form.key('name')} label={t('field.name')} autoComplete="name" autoFocus />
        <PasswordField
          {...form.getInputProps('password')}
          key={form.key('password')}
          label={t('invitation.password')}
          description={t('invitation.password-hint')}
          autoComplete="new-password"
          required
          withAsterisk={false}
        />
        <Button type="submit" loading={accept.isPending} mt="xs">
          {t('invitation.do')}
        </Button>
      </Stack>
    </form>
  );
}

function useEnter() {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return (session: Awaited<ReturnType<typeof acceptInvitation>>) => {
    queries.clear();
    queries.setQueryData(sessionQuery.queryKey, session);
    return navigate({ to: '/', replace: true });
  };
}
