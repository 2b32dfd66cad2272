import { Grid, Group, Stack } from '@mantine/core';
import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconArrowLeft, IconBan, IconKey, IconMailForward, IconPlayerPlay } from '@tabler/icons-react';
import { answer, api } from '../../api/client';
import { groupsQuery, refreshTenant, tenantQuery, type User, userQuery } from '../../api/queries';
import { useAdmin } from '../../api/session';
import { t } from '../../lib/i18n';
import { displayName } from '../../lib/people';
import { obstacle } from '../../lib/powers';
import { ask } from '../../ui/ask';
import { Guarded } from '../../ui/guarded';
import { TextLink } from '../../ui/link';
import { Page } from '../../ui/page';
import { done, failed } from '../../ui/toasts';
import { UserState } from '../../ui/user-state';
import { Facts } from './facts';
import { Membership } from './membership';
import { Profile } from './profile';
import { Sessions, sessionsQuery } from './sessions';
import { Standing } from './standing';

const route = getRouteApi('/inside/tenants/$slug/users/$id');

/** Waits for the user: an unknown number is to be told as a whole page, not inside a half-drawn one. */
export async function load(queries: QueryClient, slug: string, id: number) {
  void queries.prefetchQuery(sessionsQuery(slug, id));
  void queries.prefetchQuery(groupsQuery(slug));
  await queries.ensureQueryData(userQuery(slug, id));
}

export function UserPage() {
  const { slug, id } = route.useParams();
  const tenant = useQuery(tenantQuery(slug));
  const { data: user } = useQuery(userQuery(slug, id));
  if (!user) return null;
  return (
    <Page
      title={displayName(user)}
      where={tenant.data?.name ?? slug}
      above={<Back slug={slug} />}
      about={<UserState user={user} />}
      actions={<Actions slug={slug} user={user} />}
    >
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 7, lg: 8 }}>
          <Stack gap="lg">
            <Profile key={id} slug={slug} user={user} />
            <Sessions slug={slug} user={user} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5, lg: 4 }}>
          <Stack gap="lg">
            <Standing slug={slug} user={user} />
            <Membership slug={slug} user={user} />
            <Facts user={user} />
          </Stack>
        </Grid.Col>
      </Grid>
    </Page>
  );
}

function Back({ slug }: { slug: string }) {
  return (
    <TextLink to="/tenants/$slug/users" params={{ slug }} size="sm" w="fit-content">
      <Group gap={4} component="span">
        <IconArrowLeft size={14} aria-hidden />
        {t('users.title')}
      </Group>
    </TextLink>
  );
}

function Actions({ slug, user }: { slug: string; user: User }) {
  const admin = useAdmin();
  const because = obstacle(admin, slug, 'manage');
  const noMail = user.email === null ? t('user.no-email') : undefined;
  const reset = useMail(t('user.reset-sent'), () => answer(api.POST('/admin/v1/tenants/{slug}/users/{id}/password-reset', at(slug, user))));
  const verification = useMail(t('user.verification-sent'), () => answer(api.POST('/admin/v1/tenants/{slug}/users/{id}/verification', at(slug, user))));
  return (
    <>
      <Guarded
        variant="default"
        leftSection={<IconMailForward size={16} />}
        because={because ?? noMail ?? (user.email_verified ? t('user.verified-already') : undefined)}
        loading={verification.isPending}
        onClick={() => verification.mutate()}
      >
        {t('user.verification')}
      </Guarded>
      <Guarded variant="default" leftSection={<IconKey size={16} />} because={because ?? noMail} loading={reset.isPending} onClick={() => reset.mutate()}>
        {t('user.reset')}
      </Guarded>
      <Switch slug={slug} user={user} because={because} />
    </>
  );
}

function Switch({ slug, user, because }: { slug: string; user: User; because: string | undefined }) {
  const queries = useQueryClient();
  const name = displayName(user);
  const turn = useMutation({
    mutationFn: (active: boolean) => answer(api.PATCH('/admin/v1/tenants/{slug}/users/{id}', { ...at(slug, user), body: { active } })),
    onSuccess: (changed) => {
      queries.setQueryData(userQuery(slug, user.id).queryKey, changed);
      done(changed.active ? t('user.enabled', { name }) : t('user.disabled', { name }));
      void refreshTenant(queries, slug);
    },
    onError: failed,
  });
  const off = () => ask({ title: t('user.disable-title', { name }), text: t('user.disable-text'), confirm: t('user.disable'), onConfirm: () => turn.mutate(false) });
  return user.active ? (
    <Guarded because={because} danger leftSection={<IconBan size={16} />} loading={turn.isPending} onClick={off}>
      {t('user.disable')}
    </Guarded>
  ) : (
    <Guarded because={because} variant="light" leftSection={<IconPlayerPlay size={16} />} loading={turn.isPending} onClick={() => turn.mutate(true)}>
      {t('user.enable')}
    </Guarded>
  );
}

/** Something that is told to the user by mail and changes nothing on this page. */
function useMail(sent: string, mutationFn: () => Promise<unknown>) {
  return useMutation({ mutationFn, onSuccess: () => done(sent), onError: failed });
}

function at(slug: string, { id }: User) {
  return { params: { path: { slug, id } } };
}
