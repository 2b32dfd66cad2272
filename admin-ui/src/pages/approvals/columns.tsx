import { Text, VisuallyHidden } from '@mantine/core';
import type { User } from '../../api/queries';
import { applies, type Decision } from '../../lib/decisions';
import { t } from '../../lib/i18n';
import { displayName, handle } from '../../lib/people';
import type { ApprovalsSearch } from '../../lib/search';
import { Above, type Column } from '../../ui/data-table';
import { RowLink } from '../../ui/link';
import { Person } from '../../ui/person';
import { RowButton } from '../../ui/row-button';
import { Tag } from '../../ui/tag';
import { type Ticks, ticksColumn } from '../../ui/ticks';
import { ApprovalState } from '../../ui/user-state';
import { Verified } from '../../ui/verified';
import { When } from '../../ui/when';

type Table = Ticks & {
  tab: NonNullable<ApprovalsSearch['tab']>;
  /** Why nothing can be decided here. */
  because: string | undefined;
  decide: (user: User, decision: Decision) => void;
};

/** The id of the element that has the focus when a row is current. */
export const applicantId = (id: number) => `applicant-${id}`;

export function columns(table: Table): Column<User>[] {
  const about = table.tab === 'pending' ? [type, proof, asked] : [proof, asked, decided];
  return [ticksColumn(table), person, ...about, buttons(table)];
}

const person: Column<User> = {
  key: 'person',
  header: t('approvals.applicant'),
  sort: { by: 'username' },
  phone: 'title',
  grow: true,
  cell: (user) => (
    <Person name={displayName(user)} detail={handle(user)}>
      <RowLink to="." search={(old) => ({ ...old, open: user.id })} id={applicantId(user.id)} resetScroll={false}>
        {displayName(user)}
      </RowLink>
    </Person>
  ),
};

const type: Column<User> = {
  key: 'type',
  header: t('approvals.as'),
  phone: 'hidden',
  narrow: true,
  cell: (user) => <Tag>{t(`user.type-${user.user_type}`)}</Tag>,
};

const proof: Column<User> = {
  key: 'proof',
  header: t('users.proof'),
  sort: { by: 'email' },
  phone: 'aside',
  narrow: true,
  cell: (user) => (
    <Above>
      <Verified yes={user.email_verified} />
    </Above>
  ),
};

const asked: Column<User> = { key: 'asked', header: t('approvals.asked'), sort: { by: 'created_at', latestFirst: true }, phone: 'meta', narrow: true, cell: (user) => <When at={user.created_at} /> };

const decided: Column<User> = {
  key: 'decided',
  header: t('approvals.decision'),
  phone: 'meta',
  cell: (user) => (
    <>
      <ApprovalState approval={user.approval} />
      {user.approval_reason && (
        <Text size="xs" c="dimmed" lineClamp={2} miw={180} maw={320}>
          {user.approval_reason}
        </Text>
      )}
    </>
  ),
};

const looks = {
  approve: { label: () => t('approve.do'), look: 'first' },
  reject: { label: () => t('reject.open'), look: 'danger' },
  pending: { label: () => t('pending.do'), look: 'second' },
} as const;

const buttons = ({ because, decide }: Table): Column<User> => ({
  key: 'buttons',
  header: <VisuallyHidden>{t('actions')}</VisuallyHidden>,
  phone: 'end',
  align: 'right',
  narrow: true,
  cell: (user) => (
    <Above>
      {(['reject', 'pending', 'approve'] as const)
        .filter((decision) => applies(decision, user.approval))
        .map((decision) => (
          <RowButton
            key={decision}
            look={looks[decision].look}
            because={because}
            aria-label={`${looks[decision].label()}: ${displayName(user)}`}
            onClick={() => decide(user, decision)}
          >
            {looks[decision].label()}
          </RowButton>
        ))}
    </Above>
  ),
});
