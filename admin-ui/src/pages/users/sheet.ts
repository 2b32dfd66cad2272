import type { User } from '../../api/queries';
import type { Sheet } from '../../lib/download';
import { type Choosable, choosable } from './columns';

type Field = [name: string, value: (user: User) => unknown];

/** What a column shows, by the names of the API. */
const shown: Record<Choosable, Field[]> = {
  status: [
    ['approval', ({ approval }) => approval],
    ['active', ({ active }) => active],
    ['invited_until', ({ invited_until }) => invited_until],
  ],
  email: [['email_verified', ({ email_verified }) => email_verified]],
  type: [['user_type', ({ user_type }) => user_type]],
  group: [['group', ({ group }) => group.name]],
  mobile: [['mobile', ({ mobile }) => mobile]],
  number: [['id', ({ id }) => id]],
  joined: [['created_at', ({ created_at }) => created_at]],
  seen: [['last_login_at', ({ last_login_at }) => last_login_at]],
};

const person: Field[] = [
  ['first_name', ({ first_name }) => first_name],
  ['last_name', ({ last_name }) => last_name],
  ['username', ({ username }) => username],
  ['email', ({ email }) => email],
];

/** A file of exactly the columns that are shown. */
export function sheet(slug: string, chosen: readonly string[]): Sheet<User> {
  const fields = [...person, ...choosable.filter((key) => chosen.includes(key)).flatMap((key) => shown[key])];
  return {
    name: `users-${slug}`,
    heads: fields.map(([name]) => name),
    cells: (user) => fields.map(([, value]) => text(value(user))),
    record: (user) => Object.fromEntries(fields.map(([name, value]) => [name, value(user)])),
  };
}

function text(value: unknown): string {
  return value === null ? '' : String(value as string | number | boolean);
}
