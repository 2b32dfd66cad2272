import { AppShell, Badge, Box, Group, Menu, Stack, Text, UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconBuildingCommunity, IconChartBar, IconHistory, IconLogout, IconMailForward, IconMailPlus, IconSelector, IconShieldCheck, IconStack2, IconUserCheck, IconUserCog, IconUsers, IconUsersGroup } from '@tabler/icons-react';
import { overviewQuery } from '../../api/queries';
import { useAdmin } from '../../api/session';
import { t } from '../../lib/i18n';
import { obstacle } from '../../lib/powers';
import { RoomLink } from '../../ui/link';
import { Logo } from '../../ui/logo';
import { Initials } from '../../ui/person';
import { LanguageSwitch } from '../../ui/language-switch';
import { SchemeSwitch } from '../../ui/scheme-switch';
import classes from './frame.module.css';
import { Opener } from './opener';
import { setupRooms } from './setup';
import { useSignOut } from './sign-out';
import { Where } from './where';

const glyph = { size: 19, stroke: 1.6, 'aria-hidden': true } as const;

export function Navigation({ slug, onSearch }: { slug: string | undefined; onSearch: () => void }) {
  return (
    <>
      <AppShell.Section p="md" pb="xs">
        <Stack gap="sm">
          <Box visibleFrom="sm" px={4} pt={4} pb={4}>
            <Logo />
          </Box>
          <Box visibleFrom="sm">
            <Where slug={slug} />
          </Box>
          <Opener onOpen={onSearch} />
        </Stack>
      </AppShell.Section>
      <AppShell.Section grow px="md" style={{ overflowY: 'auto' }}>
        {slug === undefined ? <PlatformRooms /> : <TenantRooms slug={slug} />}
      </AppShell.Section>
      <AppShell.Section p="md">
        <Stack gap="sm">
          <LanguageSwitch />
          <SchemeSwitch />
          <Account />
        </Stack>
      </AppShell.Section>
    </>
  );
}

function PlatformRooms() {
  const { operator } = useAdmin();
  const room = { className: classes.room, activeProps: { active: true } };
  return (
    <>
      {operator && <RoomLink {...room} to="/overview" label={t('overview.title')} leftSection={<IconChartBar {...glyph} />} />}
      <RoomLink {...room} to="/tenants" label={t('tenants.title')} leftSection={<IconBuildingCommunity {...glyph} />} />
      {operator && <RoomLink {...room} to="/queues" label={t('queues.title')} leftSection={<IconStack2 {...glyph} />} />}
      {operator && <RoomLink {...room} to="/audit" label={t('audit.title')} leftSection={<IconHistory {...glyph} />} />}
      {operator && <RoomLink {...room} to="/team" label={t('team.title')} leftSection={<IconUsersGroup {...glyph} />} />}
    </>
  );
}

function TenantRooms({ slug }: { slug: string }) {
  const { data } = useQuery(overviewQuery(slug));
  const room = { params: { slug }, className: classes.room, activeProps: { active: true } };
  const waiting = data?.users.pending ?? 0;
  const failures = data?.last_24_hours.deliveries_failed ?? 0;
  return (
    <>
      <RoomLink {...room} to="/tenants/$slug/overview" label={t('overview.title')} leftSection={<IconChartBar {...glyph} />} />
      <RoomLink {...room} to="/tenants/$slug/users" label={t('users.title')} leftSection={<IconUsers {...glyph} />} />
      <RoomLink
        {...room}
        to="/tenants/$slug/approvals"
        label={t('approvals.title')}
        leftSection={<IconUserCheck {...glyph} />}
        rightSection={waiting > 0 && <Count n={waiting} label={t('frame.waiting', { count: waiting })} color="hall" />}
      />
      <RoomLink {...room} to="/tenants/$slug/invitations" label={t('invitations.title')} leftSection={<IconMailPlus {...glyph} />} />
      <RoomLink {...room} to="/tenants/$slug/groups" label={t('groups.title')} leftSection={<IconShieldCheck {...glyph} />} />
      <RoomLink
        {...room}
        to="/tenants/$slug/deliveries"
        label={t('deliveries.title')}
        leftSection={<IconMailForward {...glyph} />}
        rightSection={failures > 0 && <Count n={failures} label={t('frame.failures', { count: failures })} color="red" />}
      />
      <RoomLink {...room} to="/tenants/$slug/audit" label={t('audit.title')} leftSection={<IconHistory {...glyph} />} />
      <SetupRooms slug={slug} />
    </>
  );
}

function SetupRooms({ slug }: { slug: string }) {
  if (obstacle(useAdmin(), slug, 'configure') !== undefined) return null;
  return (
    <Box role="group" aria-label={t('frame.setup')} mt="md">
      <Text size="xs" fw={600} c="dimmed" px={12} pb={4}>
        {t('frame.setup')}
      </Text>
      {setupRooms.map(({ to, icon: Glyph, title }) => (
        <RoomLink key={to} to={to} params={{ slug }} className={classes.room} activeProps={{ active: true }} label={title()} leftSection={<Glyph {...glyph} />} />
      ))}
    </Box>
  );
}

function Count({ n, label, color }: { n: number; label: string; color: string }) {
  return (
    <Badge size="sm" variant="filled" color={color} radius="xl" aria-label={label} title={label} role="img">
      {n > 999 ? '999+' : n}
    </Badge>
  );
}

function Account() {
  const admin = useAdmin();
  const signOut = useSignOut();
  return (
    <Menu position="top-start" width="target" shadow="md">
      <Menu.Target>
        <UnstyledButton className={classes.where}>
          <Initials name={admin.name || admin.email} size={30} />
          <Box miw={0}>
            <Text size="sm" fw={550} truncate lh={1.3}>
              {admin.name || admin.email}
            </Text>
            <Text size="xs" c="dimmed" truncate lh={1.3}>
              {admin.operator ? t('account.operator') : t('account.admin')}
            </Text>
          </Box>
          <IconSelector size={16} aria-hidden style={{ flexShrink: 0, marginLeft: 'auto' }} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Group gap={4}>{admin.email}</Group>
        </Menu.Label>
        <Menu.Item component={Link} to="/account" leftSection={<IconUserCog size={16} />}>
          {t('me.title')}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void signOut()}>
          {t('account.sign-out')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
