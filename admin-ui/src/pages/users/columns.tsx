import type { User } from '../../api/queries';
import { t } from '../../lib/i18n';
import { displayName, handle } from '../../lib/people';
import { Above, type Column } from '../../ui/data-table';
import { dash } from '../../ui/line';
import { RowLink } from '../../ui/link';
import { Person } from '../../ui/person';
import { Tag } from '../../ui/tag';
import { type Ticks, ticksColumn } from '../../ui/ticks';
import { UserState } from '../../ui/user-state';
import { Verified } from '../../ui/verified';
import { When } from '../../ui/when';

/** The columns one can choose, in their order; the person is always there. */
export const choosable = ['status', 'email', 'type', 'group', 'mobile', 'number', 'joined', 'seen'] as const;
export type Choosable = (typeof choosable)[number];
export const chosenAtFirst: Choosable[] = ['status', 'email', 'group', 'joined', 'seen'];

export function columns(slug: string, chosen: readonly string[], table: Ticks): Column<User>[] {
  return [ticksColumn(table), person(slug), ...choosable.filter((key) => chosen.includes(key)).map((key) => optional[key])];
}

export const columnName: Record<Choosable, () => string> = {
  status: () => t('field.status'),
  email: () => t('users.proof'),
  type: () => t('user.type'),
  group: () => t('field.group'),
  mobile: () => t('field.mobile'),
  number: () => t('user.number'),
  joined: () => t('users.joined'),
  seen: () => t('users.last-sign-in'),
};

/** Who it is, with the way to the whole account. A list is sorted by what the row names first there. */
export const person = (slug: string, by: 'username' | 'email' = 'username'): Column<User> => ({
  key: 'name',
  header: t('users.one'),
  sort: { by },
  phone: 'title',
  grow: true,
  cell: (user) => (
    <Person name={displayName(user)} detail={handle(user)}>
      <RowLink to="/tenants/$slug/users/$id" params={{ slug, id: user.id }}>
        {displayName(user)}
      </RowLink>
    </Person>
  ),
});

const optional: Record<Choosable, Column<User>> = {
  status: { key: 'status', header: columnName.status(), phone: 'meta', narrow: true, cell: (user) => <UserState user={user} /> },
  email: {
    key: 'email',
    header: columnName.email(),
    sort: { by: 'email' },
    phone: 'aside',
    narrow: true,
    cell: (user) => <Above>{user.email === null ? dash : <Verified yes={user.email_verified} />}</Above>,
  },
  type: { key: 'type', header: columnName.type(), phone: 'hidden', narrow: true, cell: (user) => t(`user.type-${user.user_type}`) },
  group: { key: 'group', header: columnName.group(), phone: 'meta', narrow: true, cell: (user) => <Tag>{user.group.name}</Tag> },
  mobile: { key: 'mobile', header: columnName.mobile(), phone: 'meta', narrow: true, cell: (user) => user.mobile ?? dash },
  number: { key: 'number', header: columnName.number(), phone: 'hidden', narrow: true, align: 'right', cell: (user) => user.id },
  joined: { key: 'joined', header: columnName.joined(), sort: { by: 'created_at', latestFirst: true }, phone: 'meta', narrow: true, cell: (user) => <When at={user.created_at} /> },
  seen: { key: 'seen', header: columnName.seen(), sort: { by: 'last_login_at', latestFirst: true }, phone: 'hidden', narrow: true, cell: (user) => <When at={user.last_login_at} never={t('users.never')} /> },
};
