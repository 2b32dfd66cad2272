import { Button, Group, Modal, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useAct } from '../../lib/act';
import { candidatesQuery, noteRun, startRun } from '../../api/approval-runs';
import type { UserFilter } from '../../api/queries';
import { t } from '../../lib/i18n';
import { Guarded } from '../../ui/guarded';
import { Problem } from '../../ui/problem';
import { RejectDialog } from '../../ui/reject-dialog';
import { useAsked } from '../../ui/asked';
import { done } from '../../ui/toasts';

type Props = { slug: string; /** What the list on screen asks for. */ filter: UserFilter; because: string | undefined };

/** Decides about everybody in the list, also on the pages that are not on screen. The server does it. */
export function Everybody({ slug, filter, because }: Props) {
  const [asking, ask] = useState<'approve' | 'reject'>();
  const queries = useQueryClient();
  const close = () => ask(undefined);
  const start = useAct({
    mutationFn: ({ decision, reason, only }: { decision: 'approve' | 'reject'; reason?: string; only?: UserFilter }) => startRun(slug, decision, reason, { ...filter, ...only }),
    onSuccess: (run) => {
      noteRun(queries, slug, run);
      done(t('approvals.all-begun', { count: run.total }));
    },
  });
  return (
    <Group gap="xs">
      <Text size="sm" c="dimmed">
        {t('approvals.all-line')}
      </Text>
      <Guarded size="xs" variant="default" because={because} onClick={() => ask('approve')}>
        {t('approvals.all-approve')}
      </Guarded>
      <Guarded size="xs" variant="default" because={because} onClick={() => ask('reject')}>
        {t('approvals.all-reject')}
      </Guarded>
      {asking === 'approve' && (
        <ApproveAll
          slug={slug}
          filter={filter}
          onClose={close}
          onApprove={(only) => start.mutateAsync({ decision: 'approve', only })}
        />
      )}
      {asking === 'reject' && (
        <RejectAll
          slug={slug}
          filter={filter}
          onClose={close}
          onReject={(reason) => start.mutateAsync({ decision: 'reject', reason })}
        />
      )}
    </Group>
  );
}

type ApproveAllProps = { slug: string; filter: UserFilter; onApprove: (only?: UserFilter) => Promise<unknown>; onClose: () => void };

function ApproveAll({ slug, filter, onApprove, onClose }: ApproveAllProps) {
  const query = useQuery(candidatesQuery(slug, 'approve', filter));
  const run = useAsked(onApprove, onClose);
  const found = query.data;
  const proven = found ? found.total - found.unverified : 0;
  return (
    <Modal opened onClose={onClose} title={t('approvals.all-title')}>
      <Stack>
        {query.error && <Problem error={query.error} onRetry={() => void query.refetch()} />}
        {run.error && <Problem error={run.error} />}
        {query.isPending && <Skeleton height={40} />}
        {found && (
          <Text size="sm">
            {found.total === 0 ? t('approvals.all-nobody') : t('approvals.all-text', { count: found.total })}
            {found.unverified > 0 && ` ${t('approvals.all-unverified', { count: found.unverified })}`}
          </Text>
        )}
        <Text size="sm" c="dimmed">
          {t('approvals.all-how')}
        </Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t('cancel')}
          </Button>
          {found && found.unverified > 0 && proven > 0 && (
            <Button variant="light" disabled={run.isPending} onClick={() => run.mutate({ verified: 'true' })}>
              {t('bulk.proof-some', { count: proven })}
            </Button>
          )}
          {found && found.total > 0 && <Button loading={run.isPending} onClick={() => run.mutate(undefined)}>
              {t('bulk.proof-all', { n: found.total })}
            </Button>}
        </Group>
      </Stack>
    </Modal>
  );
}

type RejectAllProps = { slug: string; filter: UserFilter; onReject: (reason: string) => Promise<unknown>; onClose: () => void };

function RejectAll({ slug, filter, onReject, onClose }: RejectAllProps) {
  const { data } = useQuery(candidatesQuery(slug, 'reject', filter));
  return data ? <RejectDialog count={data.total} onReject={onReject} onClose={onClose} /> : null;
}
