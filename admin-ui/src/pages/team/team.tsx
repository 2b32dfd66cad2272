import { ActionIcon, Badge, Group, Menu, Text, VisuallyHidden } from '@mantine/core';
import { type QueryClient, queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconDots, IconMailForward, IconShieldOff, IconUserPlus, IconUserShield, IconUserX } from '@tabler/icons-react';
import { useState } from 'react';
import { answer, api } from '../../api/client';
import { refreshTenant, tenantQuery } from '../../api/queries';
import type { components } from '../../api/schema';
import { useAdmin } from '../../api/session';
import { t } from '../../lib/i18n';
import { obstacle } from '../../lib/powers';
import { ask } from '../../ui/ask';
import type { Column } from '../../ui/data-table';
import { Empty } from '../../ui/empty';
import { Guarded } from '../../ui/guarded';
import { List } from '../../ui/list';
import { OffLimits } from '../../ui/off-limits';
import { Page } from '../../ui/page';
import { Person } from '../../ui/person';
import { Status } from '../../ui/status';
import { done, failed } from '../../ui/toasts';
import { When } from '../../ui/when';
import { ChangeRole } from './change-role';
import { Invite } from './invite';

export type Member = components['schemas']['Admin'];

const route = getRouteApi('/inside/tenants/$slug/team');

const teamQuery = (slug: string) =>
  queryOptions({
    queryKey: ['tenant', slug, 'team'],
    queryFn: ({ signal }) => answer(api.GET('/admin/v1/tenants/{slug}/admins', { params: { path: { slug } }, signal })),
  });

export function load(queries: QueryClient, slug: string) {
  void queries.prefetchQuery(teamQuery(slug));
}

/** Who administers a tenant, and with which power. */
export function Team() {
  const { slug } = route.useParams();
  const { invite } = route.useSearch();
  const navigate = route.useNavigate();
  const tenant = useQuery(tenantQuery(slug));
  const admin = useAdmin();
  const closed = obstacle(admin, slug, 'configure');
  const because = obstacle(admin, slug, 'appoint');
  const open = (invite: true | undefined) => void navigate({ search: { invite }, replace: invite === undefined });
  return (
    <Page
      title={t('team.title')}
      where={tenant.data?.name ?? slug}
      about={t('team.about')}
      actions={
        closed === undefined && (
          <Guarded because={because} leftSection={<IconUserPlus size={16} />} onClick={() => open(true)}>
            {t('team.invite')}
          </Guarded>
        )
      }
    >
      {closed === undefined ? <Members slug={slug} because={because} /> : <OffLimits because={closed} />}
      {invite && because === undefined && <Invite slug={slug} onClose={() => open(undefined)} />}
    </Page>
  );
}

function Members({ slug, because }: { slug: string; because: string | undefined }) {
  const query = useQuery(teamQuery(slug));
  const [changing, setChanging] = useState<Member>();
  const owners = query.data?.data.filter(({ role }) => role === 'owner').length ?? 0;
  return (
    <>
      <List
        query={query}
        label={t('team.title')}
        columns={[person, role, state, factor, seen, actions({ slug, because, owners, onChange: setChanging })]}
        rowKey={({ id }) => id}
        empty={
          <Empty icon={IconUserShield} title={t('team.empty')}>
            {t('team.empty-hint')}
          </Empty>
        }
      />
      {changing && <ChangeRole slug={slug} member={changing} onClose={() => setChanging(undefined)} />}
    </>
  );
}

const person: Column<Member> = {
  key: 'person',
  header: t('field.name'),
  phone: 'title',
  grow: true,
  cell: (member) => <Person name={member.name || member.email} detail={member.name ? member.email : undefined} />,
};

const role: Column<Member> = {
  key: 'role',
  header: t('team.role'),
  phone: 'meta',
  narrow: true,
  cell: (member) => <Badge>{t(`team.role.${member.role}`)}</Badge>,
};

const state: Column<Member> = {
  key: 'state',
  header: t('field.status'),
  phone: 'meta',
  narrow: true,
  cell: (member) => <Status tone={member.state === 'active' ? 'good' : 'wait'}>{t(`team.state.${member.state}`)}</Status>,
};

const factor: Column<Member> = {
  key: 'factor',
  header: t('me.factor'),
  phone: 'meta',
  narrow: true,
  cell: (member) => <Status tone={member.second_factor ? 'good' : 'off'}>{member.second_factor ? t('team.factor-on') : t('team.factor-off')}</Status>,
};

const seen: Column<Member> = {
  key: 'seen',
  header: t('team.last-login'),
  phone: 'meta',
  narrow: true,
  cell: (member) => (
    <Text component="div" size="sm">
      <When at={member.last_login_at} never={t('team.never')} />
    </Text>
  ),
};

type ActionsProps = { slug: string; because: string | undefined; owners: number; onChange: (member: Member) => void };

const actions = (props: ActionsProps): Column<Member> => ({
  key: 'actions',
  header: <VisuallyHidden>{t('actions')}</VisuallyHidden>,
  phone: 'aside',
  narrow: true,
  align: 'right',
  cell: (member) => <Actions {...props} member={member} />,
});

function Actions({ slug, because, owners, onChange, member }: ActionsProps & { member: Member }) {
  const admin = useAdmin();
  const remove = useRemove(slug, member);
  const again = useInviteAgain(slug, member);
  const reset = useReset(slug, member);
  const name = member.name || member.email;
  // Only to tell beforehand: the server refuses both.
  const own = member.id === admin.id && !admin.operator ? t('team.not-oneself') : undefined;
  const kept = own ?? (member.role === 'owner' && owners === 1 ? t('team.last-owner') : undefined);
  if (because !== undefined) return null;
  const sure = () => ask({ title: t('team.remove-title', { name }), text: t('team.remove-text'), confirm: t('team.remove'), onConfirm: () => remove.mutate() });
  const sureToReset = () => ask({ title: t('team.reset-title', { name }), text: t('team.reset-text'), confirm: t('team.reset'), onConfirm: () => reset.mutate() });
  return (
    <Menu position="bottom-end" shadow="md" width={260}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t('team.actions', { name })} loading={remove.isPending || again.isPending || reset.isPending}>
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Choice icon={<IconUserShield size={16} />} label={t('team.change-open')} because={kept} onClick={() => onChange(member)} />
        {member.state === 'invited' && <Choice icon={<IconMailForward size={16} />} label={t('team.again')} because={undefined} onClick={() => again.mutate()} />}
        {member.second_factor && (
          <Choice icon={<IconShieldOff size={16} />} label={t('team.reset-open')} because={member.id === admin.id ? t('team.reset-own') : undefined} onClick={sureToReset} danger />
        )}
        <Choice icon={<IconUserX size={16} />} label={t('team.remove-open')} because={kept} onClick={sure} danger />
      </Menu.Dropdown>
    </Menu>
  );
}

type ChoiceProps = { icon: React.ReactNode; label: string; because: string | undefined; onClick: () => void; danger?: boolean };

/** A line of the menu; one that cannot be used says why. */
function Choice({ icon, label, because, onClick, danger }: ChoiceProps) {
  return (
    <Menu.Item leftSection={icon} color={danger && because === undefined ? 'red' : undefined} aria-disabled={because !== undefined} closeMenuOnClick={because === undefined} onClick={because === undefined ? onClick : undefined}>
      <Group gap={0}>{label}</Group>
      {because && (
        <Text size="xs" c="dimmed">
          {because}
        </Text>
      )}
    </Menu.Item>
  );
}

function useRemove(slug: string, { id, name, email }: Member) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => answer(api.DELETE('/admin/v1/tenants/{slug}/admins/{id}', { params: { path: { slug, id } } })),
    onSuccess: () => done(t('team.removed', { name: name || email })),
    onError: failed,
    onSettled: () => refreshTenant(queries, slug),
  });
}

/** For one who has lost phone, passkeys and recovery codes. */
function useReset(slug: string, { id, name, email }: Member) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => answer(api.DELETE('/admin/v1/tenants/{slug}/admins/{id}/second-factor', { params: { path: { slug, id } } })),
    onSuccess: () => done(t('team.reset-done', { name: name || email })),
    onError: failed,
    onSettled: () => refreshTenant(queries, slug),
  });
}

/** A new link; the old one ends. */
function useInviteAgain(slug: string, { email, role }: Member) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => answer(api.POST('/admin/v1/tenants/{slug}/admins', { params: { path: { slug } }, body: { email, role } })),
    onSuccess: () => done(t('team.invited', { email })),
    onError: failed,
    onSettled: () => refreshTenant(queries, slug),
  });
}
