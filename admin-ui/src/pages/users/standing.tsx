import { Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useDecide, useDeciding } from '../../api/decisions';
import type { User } from '../../api/queries';
import { useAdmin } from '../../api/session';
import { applies } from '../../lib/decisions';
import { t } from '../../lib/i18n';
import { displayName } from '../../lib/people';
import { obstacle } from '../../lib/powers';
import { Guarded } from '../../ui/guarded';
import { Panel } from '../../ui/panel';
import { RejectDialog } from '../../ui/reject-dialog';
import { ApprovalState } from '../../ui/user-state';

/** What was decided about a user, why, and the means to decide otherwise. */
export function Standing({ slug, user }: { slug: string; user: User }) {
  const because = obstacle(useAdmin(), slug, 'decide');
  const decide = useDecide(slug);
  const deciding = useDeciding(slug);
  const [rejecting, setRejecting] = useState(false);
  return (
    <Panel title={t('user.approval')}>
      <Stack gap={6}>
        <ApprovalState approval={user.approval} />
        {user.approval_reason && (
          <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            “{user.approval_reason}”
          </Text>
        )}
      </Stack>
      {user.approval !== 'not_required' && (
        <Group gap="xs">
          {applies('approve', user.approval) && (
            <Guarded size="xs" because={because} loading={deciding} onClick={() => void decide({ users: [user], decision: 'approve' })}>
              {t('approve.do')}
            </Guarded>
          )}
          {applies('reject', user.approval) && (
            <Guarded size="xs" because={because} danger onClick={() => setRejecting(true)}>
              {t('reject.open')}
            </Guarded>
          )}
          {applies('pending', user.approval) && (
            <Guarded size="xs" because={because} variant="default" loading={deciding} onClick={() => void decide({ users: [user], decision: 'pending' })}>
              {t('pending.do')}
            </Guarded>
          )}
        </Group>
      )}
      {rejecting && (
        <RejectDialog
          count={1}
          name={displayName(user)}
          onClose={() => setRejecting(false)}
          onReject={(reason) => decide({ users: [user], decision: 'reject', reason, asked: true })}
        />
      )}
    </Panel>
  );
}
