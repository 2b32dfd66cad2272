import { useMantineColorScheme } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import {
  type Icon,
  IconBuildingCommunity,
  IconChartBar,
  IconFileUpload,
  IconHistory,
  IconLanguage,
  IconLogin2,
  IconLogout,
  IconMailForward,
  IconMailPlus,
  IconPlus,
  IconShieldCheck,
  IconStack2,
  IconSunMoon,
  IconUser,
  IconUserCheck,
  IconUserCog,
  IconUsers,
  IconUsersGroup,
} from '@tabler/icons-react';
import { tenantQuery, tenantsQuery, usersQuery } from '../../api/queries';
import { useAdmin } from '../../api/session';
import { t } from '../../lib/i18n';
import { languages, speak } from '../../lib/languages';
import { displayName, handle } from '../../lib/people';
import { obstacle } from '../../lib/powers';
import { settingTabs } from '../../lib/search';
import { setupRooms } from './setup';
import { useSignOut } from './sign-out';

/** Something the palette leads to. */
export type Find = { id: string; icon: Icon; label: string; detail?: string; go: () => void };
type Found = { groups: { name: string; finds: Find[] }[]; pending: boolean };

/** What a text may mean here: rooms and actions at once, people and tenants as the server finds them. */
export function useFinds(slug: string | undefined, text: string): Found {
  const [q] = useDebouncedValue(text, 150);
  const rooms = useRooms(slug);
  const actions = useActions(slug);
  const users = useUsers(slug, q);
  const tenants = useTenants(q);
  const tenant = useQuery({ ...tenantQuery(slug ?? ''), enabled: slug !== undefined });
  const groups = [
    { name: t('palette.rooms'), finds: matching(rooms, text) },
    { name: t('palette.users', { tenant: tenant.data?.name ?? slug ?? '' }), finds: users.finds },
    { name: t('palette.tenants'), finds: tenants.finds },
    { name: t('palette.actions'), finds: matching(actions, text) },
  ];
  return { groups: groups.filter(({ finds }) => finds.length > 0), pending: q !== text || users.pending || tenants.pending };
}

function matching(finds: Find[], text: string): Find[] {
  const words = text.toLowerCase().split(/\s+/);
  return finds.filter(({ label, detail = '' }) => words.every((word) => `${label} ${detail}`.toLowerCase().includes(word)));
}

function useRooms(slug: string | undefined): Find[] {
  const admin = useAdmin();
  const navigate = useNavigate();
  const platform: Find[] = [{ id: 'tenants', icon: IconBuildingCommunity, label: t('tenants.title'), detail: t('where.platform'), go: () => void navigate({ to: '/tenants' }) }];
  if (admin.operator) platform.push({ id: 'platform', icon: IconChartBar, label: t('overview.title'), detail: t('where.platform'), go: () => void navigate({ to: '/overview' }) });
  if (admin.operator) platform.push({ id: 'queues', icon: IconStack2, label: t('queues.title'), detail: t('where.platform'), go: () => void navigate({ to: '/queues' }) });
  if (admin.operator) platform.push({ id: 'trail', icon: IconHistory, label: t('audit.title'), detail: t('where.platform'), go: () => void navigate({ to: '/audit' }) });
  if (admin.operator) platform.push({ id: 'operators', icon: IconUsersGroup, label: t('team.title'), detail: t('where.platform'), go: () => void navigate({ to: '/team' }) });
  platform.push({ id: 'account', icon: IconUserCog, label: t('me.title'), go: () => void navigate({ to: '/account' }) });
  if (slug === undefined) return platform;
  const params = { slug };
  const setup: Find[] = [];
  if (obstacle(admin, slug, 'configure') === undefined) {
    setup.push(...setupRooms.map(({ to, icon, title }) => ({ id: to, icon, label: title(), go: () => void navigate({ to, params }) })));
    for (const tab of settingTabs) {
      setup.push({ id: `settings-${tab}`, icon: IconLogin2, label: t(`settings.tab.${tab}`), detail: t('settings.title'), go: () => void navigate({ to: '/tenants/$slug/sign-in', params, search: { tab } }) });
    }
  }
  return [
    { id: 'overview', icon: IconChartBar, label: t('overview.title'), go: () => void navigate({ to: '/tenants/$slug/overview', params }) },
    { id: 'users', icon: IconUsers, label: t('users.title'), go: () => void navigate({ to: '/tenants/$slug/users', params }) },
    { id: 'approvals', icon: IconUserCheck, label: t('approvals.title'), go: () => void navigate({ to: '/tenants/$slug/approvals', params }) },
    { id: 'invitations', icon: IconMailPlus, label: t('invitations.title'), go: () => void navigate({ to: '/tenants/$slug/invitations', params }) },
    { id: 'groups', icon: IconShieldCheck, label: t('groups.title'), go: () => void navigate({ to: '/tenants/$slug/groups', params }) },
    { id: 'deliveries', icon: IconMailForward, label: t('deliveries.title'), go: () => void navigate({ to: '/tenants/$slug/deliveries', params }) },
    { id: 'audit', icon: IconHistory, label: t('audit.title'), go: () => void navigate({ to: '/tenants/$slug/audit', params }) },
    ...setup,
    ...platform,
  ];
}

/** Only what this person may do: a list of what one may not would be in the way. */
function useActions(slug: string | undefined): Find[] {
  const admin = useAdmin();
  const navigate = useNavigate();
  const signOut = useSignOut();
  const { setColorScheme } = useMantineColorScheme();
  const finds: Find[] = [];
  if (slug !== undefined && !obstacle(admin, slug, 'manage')) {
    finds.push({ id: 'invite', icon: IconMailPlus, label: t('palette.invite'), go: () => void navigate({ to: '/tenants/$slug/users', params: { slug }, search: { invite: true } }) });
    finds.push({ id: 'import', icon: IconFileUpload, label: t('palette.import'), go: () => void navigate({ to: '/tenants/$slug/users', params: { slug }, search: { import: true } }) });
    finds.push({ id: 'group', icon: IconPlus, label: t('groups.create'), go: () => void navigate({ to: '/tenants/$slug/groups', params: { slug }, search: { edit: 'new' } }) });
  }
  if (slug !== undefined && !obstacle(admin, slug, 'configure')) {
    finds.push({ id: 'key', icon: IconPlus, label: t('api-keys.make'), go: () => void navigate({ to: '/tenants/$slug/keys', params: { slug }, search: { make: 'key' } }) });
    finds.push({ id: 'endpoint', icon: IconPlus, label: t('webhooks.make'), go: () => void navigate({ to: '/tenants/$slug/webhooks', params: { slug }, search: { make: true } }) });
  }
  if (admin.operator) finds.push({ id: 'tenant', icon: IconPlus, label: t('tenants.create'), go: () => void navigate({ to: '/tenants', search: { create: true } }) });
  for (const scheme of ['light', 'dark', 'auto'] as const) {
    finds.push({ id: scheme, icon: IconSunMoon, label: t('palette.scheme', { name: t(`scheme.${scheme}`) }), go: () => setColorScheme(scheme) });
  }
  for (const { code, name } of languages) {
    finds.push({ id: code, icon: IconLanguage, label: t('palette.language', { name }), go: () => speak(code) });
  }
  finds.push({ id: 'sign-out', icon: IconLogout, label: t('account.sign-out'), go: () => void signOut() });
  return finds;
}

function useUsers(slug: string | undefined, q: string): { finds: Find[]; pending: boolean } {
  const navigate = useNavigate();
  const { data, isFetching } = useQuery({ ...usersQuery(slug ?? '', { q }), enabled: slug !== undefined && q !== '', placeholderData: keepPreviousData });
  if (slug === undefined || q === '') return { finds: [], pending: false };
  const finds = (data?.data ?? []).slice(0, 6).map((user) => ({
    id: `user-${user.id}`,
    icon: IconUser,
    label: displayName(user),
    detail: handle(user),
    go: () => void navigate({ to: '/tenants/$slug/users/$id', params: { slug, id: user.id } }),
  }));
  return { finds, pending: isFetching };
}

function useTenants(q: string): { finds: Find[]; pending: boolean } {
  const navigate = useNavigate();
  const { data, isFetching } = useQuery({ ...tenantsQuery({ q, limit: 6 }), enabled: q !== '', placeholderData: keepPreviousData });
  if (q === '') return { finds: [], pending: false };
  const finds = (data?.data ?? []).map(({ slug, name }) => ({
    id: `tenant-${slug}`,
    icon: IconBuildingCommunity,
    label: name,
    detail: slug,
    go: () => void navigate({ to: '/tenants/$slug', params: { slug } }),
  }));
  return { finds, pending: isFetching };
}
