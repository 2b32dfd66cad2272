import { ActionIcon, Badge, Menu, Text, VisuallyHidden } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { IconDots, IconMailForward, IconShieldOff, IconUserShield, IconUserX } from '@tabler/icons-react';
import { useState } from 'react';
import { useAct } from '../../lib/act';
import { useAdmin } from '../../api/session';
import { t } from '../../lib/i18n';
import { ask } from '../../ui/ask';
import type { Column } from '../../ui/data-table';
import { List, type ListProps } from '../../ui/list';
import { MenuChoice } from '../../ui/menu-choice';
import { Person } from '../../ui/person';
import { Status } from '../../ui/status';
import { done, failed } from '../../ui/toasts';
import { When } from '../../ui/when';
import { ChangeRole } from './change-role';
import type { AnyRole, Crew, Seat } from './crew';

type Props<R extends AnyRole> = Pick<ListProps<Seat<R>>, 'query' | 'empty' | 'pager'> & {
  crew: Crew<R>;
  /** Whether who looks may change anything here. */
  open: boolean;
};

/** Who is in a team, and what can be done about each. */
export function Seats<R extends AnyRole>({ crew, open, ...list }: Props<R>) {
  const [changing, setChanging] = useState<Seat<R>>();
  const seats = list.query.data?.data ?? [];
  const actions: Column<Seat<R>> = {
    key: 'actions',
    header: <VisuallyHidden>{t('actions')}</VisuallyHidden>,
    phone: 'aside',
    narrow: true,
    align: 'right',
    cell: (seat) => open && <Actions crew={crew} seat={seat} seats={seats} onChange={() => setChanging(seat)} />,
  };
  return (
    <>
      <List {...list} label={t('team.title')} columns={[...columns, actions]} rowKey={({ id }) => id} />
      {changing && <ChangeRole crew={crew} seat={changing} onClose={() => setChanging(undefined)} />}
    </>
  );
}

const columns: Column<Seat<AnyRole>>[] = [
  {
    key: 'person',
    header: t('field.name'),
    phone: 'title',
    grow: true,
    cell: ({ name, email }) => <Person name={name || email} detail={name ? email : undefined} />,
  },
  { key: 'role', header: t('team.role'), phone: 'meta', narrow: true, cell: ({ role }) => <Badge>{t(`team.role.${role}`)}</Badge> },
  {
    key: 'state',
    header: t('field.status'),
    phone: 'meta',
    narrow: true,
    cell: ({ state }) => <Status tone={state === 'active' ? 'good' : 'wait'}>{t(`team.state.${state}`)}</Status>,
  },
  {
    key: 'factor',
    header: t('me.factor'),
    phone: 'meta',
    narrow: true,
    cell: ({ second_factor: has }) => <Status tone={has ? 'good' : 'off'}>{has ? t('team.factor-on') : t('team.factor-off')}</Status>,
  },
  {
    key: 'seen',
    header: t('team.last-login'),
    phone: 'meta',
    narrow: true,
    cell: ({ last_login_at }) => (
      <Text component="div" size="sm">
        <When at={last_login_at} never={t('team.never')} />
      </Text>
    ),
  },
];

type ActionsProps<R extends AnyRole> = { crew: Crew<R>; seat: Seat<R>; seats: Seat<R>[]; onChange: () => void };

function Actions<R extends AnyRole>({ crew, seat, seats, onChange }: ActionsProps<R>) {
  const admin = useAdmin();
  const name = seat.name || seat.email;
  const again = useDeed(crew, () => crew.inviteAgain(seat), t('team.invited', { email: seat.email }));
  const remove = useDeed(crew, () => crew.remove(seat.id), crew.words.removed(name));
  // For one who has lost phone, passkeys and recovery codes.
  const reset = useDeed(crew, () => crew.resetFactor(seat.id), t('team.reset-done', { name }));
  const kept = crew.kept(seat, seats, admin);
  const sure = () => ask({ title: t('team.remove-title', { name }), text: crew.words.removal(seat), confirm: t('team.remove'), onConfirm: () => remove.mutateAsync() });
  const sureToReset = () => ask({ title: t('team.reset-title', { name }), text: t('team.reset-text'), confirm: t('team.reset'), onConfirm: () => reset.mutateAsync() });
  return (
    <Menu position="bottom-end" shadow="md" width={260}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t('team.actions', { name })} loading={remove.isPending || again.isPending || reset.isPending}>
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <MenuChoice icon={<IconUserShield size={16} />} because={kept} onClick={onChange}>
          {t('team.change-open')}
        </MenuChoice>
        {seat.state === 'invited' && <MenuChoice icon={<IconMailForward size={16} />} because={undefined} onClick={() => void again.mutateAsync().catch(failed)}>
          {t('team.again')}
        </MenuChoice>}
        {seat.second_factor && (
          <MenuChoice icon={<IconShieldOff size={16} />} because={seat.id === admin.id ? t('team.reset-own') : undefined} onClick={sureToReset} danger>
          {t('team.reset-open')}
        </MenuChoice>
        )}
        <MenuChoice icon={<IconUserX size={16} />} because={kept} onClick={sure} danger>
          {t('team.remove-open')}
        </MenuChoice>
      </Menu.Dropdown>
    </Menu>
  );
}

/** Something done to one seat, told when it is. */
function useDeed<R extends AnyRole>(crew: Crew<R>, deed: () => Promise<unknown>, told: string) {
  const queries = useQueryClient();
  return useAct({ mutationFn: deed, onSuccess: () => done(told), onSettled: () => crew.refresh(queries) });
}
