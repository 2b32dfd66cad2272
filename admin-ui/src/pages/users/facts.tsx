import { Stack } from '@mantine/core';
import type { User } from '../../api/queries';
import { t } from '../../lib/i18n';
import { Copyable } from '../../ui/copy';
import { Fact, Panel } from '../../ui/panel';
import { When } from '../../ui/when';

export function Facts({ user }: { user: User }) {
  return (
    <Panel title={t('user.facts')}>
      <Stack component="dl" gap={6} m={0}>
        <Fact name={t('user.number')}>
          <Copyable value={String(user.id)} what={t('user.number')} />
        </Fact>
        <Fact name={t('user.type')}>{user.user_type === 'coach' ? t('user.type-coach') : t('user.type-user')}</Fact>
        <Fact name={t('users.joined')}>
          <When at={user.created_at} />
        </Fact>
        {user.invited_until !== null && (
          <Fact name={t('user.invited-until')}>
            <When at={user.invited_until} />
          </Fact>
        )}
        <Fact name={t('users.last-sign-in')}>
          <When at={user.last_login_at} never={t('users.never')} />
        </Fact>
      </Stack>
    </Panel>
  );
}
