import { Drawer, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type User, userQuery } from '../../api/queries';
import { applies, type Decision } from '../../lib/decisions';
import { t } from '../../lib/i18n';
import { displayName, handle } from '../../lib/people';
import { Copyable } from '../../ui/copy';
import { Guarded } from '../../ui/guarded';
import { TextLink } from '../../ui/link';
import { Fact } from '../../ui/panel';
import { Person } from '../../ui/person';
import { Problem } from '../../ui/problem';
import { ApprovalState } from '../../ui/user-state';
import { When } from '../../ui/when';

type ApplicantDrawerProps = {
  slug: string;
  /** Who is looked at; undefined closes it. */
  id: number | undefined;
  /** What the list knows already, to show at once. */
  known: User | undefined;
  because: string | undefined;
  onDecide: (user: User, decision: Decision) => void;
  onClose: () => void;
};

/** Who asks, and what they gave: enough to decide without leaving the queue. */
export function ApplicantDrawer({ id, onClose, ...rest }: ApplicantDrawerProps) {
  return (
    <Drawer opened={id !== undefined} onClose={onClose} position="right" title={t('approvals.applicant')} size={440}>
      {id !== undefined && <Applicant id={id} {...rest} />}
    </Drawer>
  );
}

type ApplicantProps = Omit<ApplicantDrawerProps, 'id' | 'onClose'> & { id: number };

function Applicant({ slug, id, known, because, onDecide }: ApplicantProps) {
  const query = useQuery({ ...userQuery(slug, id), placeholderData: known });
  const user = query.data;
  if (query.error && !user) return <Problem error={query.error} onRetry={() => void query.refetch()} />;
  if (!user) return <Skeleton height={320} />;
  return (
    <Stack gap="lg">
      <Person name={displayName(user)} detail={handle(user)} />
      <Given user={user} />
      <Group gap="xs">
        {applies('approve', user.approval) && (
          <Guarded because={because} onClick={() => onDecide(user, 'approve')}>
            {t('approve.do')}
          </Guarded>
        )}
        {applies('reject', user.approval) && (
          <Guarded because={because} danger onClick={() => onDecide(user, 'reject')}>
            {t('reject.open')}
          </Guarded>
        )}
        {applies('pending', user.approval) && (
          <Guarded because={because} variant="default" onClick={() => onDecide(user, 'pending')}>
            {t('pending.do')}
          </Guarded>
        )}
      </Group>
      <TextLink to="/tenants/$slug/users/$id" params={{ slug, id }} size="sm">
        {t('approvals.whole')}
      </TextLink>
    </Stack>
  );
}

function Given({ user }: { user: User }) {
  return (
    <Stack component="dl" gap="xs" m={0}>
      <Fact name={t('field.status')}>
        <ApprovalState approval={user.approval} />
      </Fact>
      {user.approval_reason && <Fact name={t('reject.reason')}>{user.approval_reason}</Fact>}
      <Fact name={t('approvals.as')}>{user.user_type === 'coach' ? t('user.type-coach') : t('user.type-user')}</Fact>
      <Fact name={t('field.username')}>{user.username}</Fact>
      <Fact name={t('field.email')}>
        {user.email ?? '–'}
        {user.email && (
          <Text span size="xs" c="dimmed" display="block">
            {user.email_verified ? t('verified.short-yes') : t('verified.short-no')}
          </Text>
        )}
      </Fact>
      <Fact name={t('field.mobile')}>{user.mobile ?? '–'}</Fact>
      <Fact name={t('approvals.asked')}>
        <When at={user.created_at} />
      </Fact>
      <Fact name={t('user.number')}>
        <Copyable value={String(user.id)} what={t('user.number')} />
      </Fact>
    </Stack>
  );
}
