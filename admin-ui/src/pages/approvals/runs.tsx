import { Paper, Progress, Stack, Text } from '@mantine/core';
import { type ApprovalRun, useRuns } from '../../api/approval-runs';
import { t } from '../../lib/i18n';
import { done } from '../../ui/toasts';

/** How far the decisions about many are. They go on on the server, also when nobody looks. */
export function Runs({ slug }: { slug: string }) {
  const runs = useRuns(slug, tellOver);
  return runs.map((run) => (
    <Paper key={run.id} p="md">
      <Stack gap={6}>
        <Text size="sm" aria-live="polite">
          {t(`approvals.run-${run.decision}`, { done: run.done, total: run.total })}
        </Text>
        <Progress value={(100 * run.done) / Math.max(1, run.total)} animated aria-label={t('approvals.run-label')} />
      </Stack>
    </Paper>
  ));
}

function tellOver({ changed, failed }: ApprovalRun) {
  const over = t('approvals.run-over', { count: changed });
  done(failed > 0 ? `${over} ${t('approvals.run-failed', { count: failed })}` : over);
}
