import { Menu } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { IconBan, IconDots, IconKey, IconMailForward, IconMailPlus, IconPlayerPlay, IconTrash } from '@tabler/icons-react';
import { useAct } from '../../lib/act';
import { answer, api } from '../../api/client';
import { refreshTenant, type User, userQuery } from '../../api/queries';
import { useAdmin } from '../../api/session';
import { t } from '../../lib/i18n';
import { displayName } from '../../lib/people';
import { obstacle } from '../../lib/powers';
import { ask } from '../../ui/ask';
import { Guarded } from '../../ui/guarded';
import { done, failed } from '../../ui/toasts';

/** What can be done with one user, besides changing what is known of them. */
export function Actions({ slug, user }: { slug: string; user: User }) {
  const because = obstacle(useAdmin(), slug, 'manage');
  const noMail = user.email === null ? t('user.no-email') : undefined;
  return (
    <>
      {user.invited_until === null ? <Letters slug={slug} user={user} because={because ?? noMail} /> : <InviteAgain slug={slug} user={user} because={because ?? noMail} />}
      <Switch slug={slug} user={user} because={because} />
      <More slug={slug} user={user} because={because} />
    </>
  );
}

type Props = { slug: string; user: User; because: string | undefined };

function Letters({ slug, user, because }: Props) {
  const reset = useMail(slug, user, t('user.reset-sent'), () => answer(api.POST('/admin/v1/tenants/{slug}/users/{id}/password-reset', at(slug, user))));
  const verification = useMail(slug, user, t('user.verification-sent'), () => answer(api.POST('/admin/v1/tenants/{slug}/users/{id}/verification', at(slug, user))));
  return (
    <>
      <Guarded
        variant="default"
        leftSection={<IconMailForward size={16} />}
        because={because ?? (user.email_verified ? t('user.verified-already') : undefined)}
        loading={verification.isPending}
        onClick={() => verification.mutate()}
      >
        {t('user.verification')}
      </Guarded>
      <Guarded variant="default" leftSection={<IconKey size={16} />} because={because} loading={reset.isPending} onClick={() => reset.mutate()}>
        {t('user.reset')}
      </Guarded>
    </>
  );
}

function InviteAgain({ slug, user, because }: Props) {
  const queries = useQueryClient();
  const invite = useAct({
    mutationFn: () => answer(api.POST('/admin/v1/tenants/{slug}/users/{id}/invitation', at(slug, user))),
    onSuccess: (changed) => {
      queries.setQueryData(userQuery(slug, user.id).queryKey, changed);
      done(t('user.invite-sent'));
      void refreshTenant(queries, slug);
    },
    onError: failed,
  });
  return (
    <Guarded variant="default" leftSection={<IconMailPlus size={16} />} because={because} loading={invite.isPending} onClick={() => invite.mutate()}>
      {t('user.invite-again')}
    </Guarded>
  );
}

function Switch({ slug, user, because }: Props) {
  const queries = useQueryClient();
  const name = displayName(user);
  const turn = useAct({
    mutationFn: (active: boolean) => answer(api.PATCH('/admin/v1/tenants/{slug}/users/{id}', { ...at(slug, user), body: { active } })),
    onSuccess: (changed) => {
      queries.setQueryData(userQuery(slug, user.id).queryKey, changed);
      done(changed.active ? t('user.enabled', { name }) : t('user.disabled', { name }));
      void refreshTenant(queries, slug);
    },
  });
  const off = () => ask({ title: t('user.disable-title', { name }), text: t('user.disable-text'), confirm: t('user.disable'), onConfirm: () => turn.mutateAsync(false) });
  return user.active ? (
    <Guarded because={because} danger leftSection={<IconBan size={16} />} loading={turn.isPending} onClick={off}>
      {t('user.disable')}
    </Guarded>
  ) : (
    <Guarded because={because} variant="light" leftSection={<IconPlayerPlay size={16} />} loading={turn.isPending} onClick={() => void turn.mutateAsync(true).catch(failed)}>
      {t('user.enable')}
    </Guarded>
  );
}

/** What ends the account. Afterwards there is nothing to look at, so it leads back to the list. */
function More({ slug, user, because }: Props) {
  const name = displayName(user);
  const erase = useGone(slug, t('user.erased', { name }), () => answer(api.DELETE('/admin/v1/tenants/{slug}/users/{id}', at(slug, user))));
  const uninvite = useGone(slug, t('user.uninvited', { name }), () => answer(api.DELETE('/admin/v1/tenants/{slug}/users/{id}/invitation', at(slug, user))));
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <Guarded variant="default" because={because} aria-label={t('actions')} px="xs" loading={erase.isPending || uninvite.isPending}>
          <IconDots size={16} />
        </Guarded>
      </Menu.Target>
      <Menu.Dropdown>
        {user.invited_until !== null && (
          <Menu.Item onClick={() => ask({ title: t('user.uninvite-title', { name }), text: t('user.uninvite-text'), confirm: t('user.uninvite'), onConfirm: () => uninvite.mutateAsync() })}>{t('user.uninvite')}</Menu.Item>
        )}
        <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={() => ask({ title: t('user.erase-title', { name }), text: t('user.erase-text'), confirm: t('user.erase'), onConfirm: () => erase.mutateAsync() })}>
          {t('user.erase')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function useGone(slug: string, gone: string, mutationFn: () => Promise<unknown>) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useAct({
    mutationFn,
    onSuccess: async () => {
      done(gone);
      await navigate({ to: '/tenants/$slug/users', params: { slug } });
      void refreshTenant(queries, slug);
    },
  });
}

/** Something that is told to the user by mail, which the page then lists. */
function useMail(slug: string, { id }: User, sent: string, mutationFn: () => Promise<unknown>) {
  const queries = useQueryClient();
  return useAct({
    mutationFn,
    onSuccess: () => {
      done(sent);
      void queries.invalidateQueries({ queryKey: userQuery(slug, id).queryKey });
    },
    onError: failed,
  });
}

function at(slug: string, { id }: User) {
  return { params: { path: { slug, id } } };
}
