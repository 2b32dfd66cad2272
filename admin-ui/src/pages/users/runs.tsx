import { Group, Modal, Paper, Progress, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { groupsQuery } from '../../api/queries';
import { type Run, useActs } from '../../api/runs';
import { has, t } from '../../lib/i18n';
import { Empty } from '../../ui/empty';
import { IconListCheck } from '@tabler/icons-react';
import { TextLink } from '../../ui/link';
import { done } from '../../ui/toasts';
import { When } from '../../ui/when';

type Props = { slug: string; /** Whether one looks at what came of earlier ones. */ reports: boolean; onReports: (open: boolean) => void };

/** How far acts on everybody are, and what came of them. They go on on the server, also when nobody looks. */
export function Runs({ slug, reports, onReports }: Props) {
  const { going, over } = useActs(slug, (run) => {
    done(t('everybody.over', { count: run.changed }));
    if (run.changed < run.done) onReports(true); // somebody was left out: that is to be read
  });
  return (
    <>
      {going.map((run) => (
        <Paper key={run.id} p="md">
          <Stack gap={6}>
            <Text size="sm" aria-live="polite">
              {t(`runs.${run.act}`)} · {t('bulk.running', { n: run.done, of: run.total })}
            </Text>
            <Progress value={(100 * run.done) / Math.max(1, run.total)} animated aria-label={t('runs.progress')} />
          </Stack>
        </Paper>
      ))}
      {reports && (
        <Modal opened onClose={() => onReports(false)} title={t('runs.title')} size="lg">
          {over.length === 0 && (
            <Empty icon={IconListCheck} title={t('runs.none')}>
              {t('runs.none-hint')}
            </Empty>
          )}
          <Stack component="ul" gap="md" p={0} m={0} style={{ listStyle: 'none' }}>
            {over.map((run) => (
              <Report key={run.id} slug={slug} run={run} />
            ))}
          </Stack>
        </Modal>
      )}
    </>
  );
}

function Report({ slug, run }: { slug: string; run: Run }) {
  const groups = useQuery(groupsQuery(slug));
  const group = groups.data?.find(({ id }) => id === run.group_id)?.name;
  const left = run.done - run.changed - run.skipped.length;
  return (
    <Stack component="li" gap={2}>
      <Group justify="space-between" gap="sm">
        <Text size="sm" fw={550}>
          {t(`runs.${run.act}`)}
          {group !== undefined && ` · ${group}`}
        </Text>
        <Text component="div" size="xs" c="dimmed">
          <When at={run.asked_at} />
        </Text>
      </Group>
      <Text size="sm">
        {t('runs.changed', { n: run.changed, of: run.found })}
        {run.found > run.total && ` ${t('everybody.rest', { count: run.found - run.total })}`}
      </Text>
      {run.skipped.length > 0 && (
        <Stack component="ul" gap={2} p={0} m={0} style={{ listStyle: 'none' }} aria-label={t('runs.skipped')}>
          {run.skipped.map(({ user_id, code }) => (
            <Group key={user_id} component="li" gap={6}>
              {code === 'not_found' ? (
                <Text size="sm">{t('runs.user', { id: String(user_id) })}</Text>
              ) : (
                <TextLink to="/tenants/$slug/users/$id" params={{ slug, id: user_id }} size="sm">
                  {t('runs.user', { id: String(user_id) })}
                </TextLink>
              )}
              <Text size="sm" c="dimmed">
                {reason(code)}
              </Text>
            </Group>
          ))}
          {left > 0 && (
            <Text component="li" size="sm" c="dimmed">
              {t('runs.more', { count: left })}
            </Text>
          )}
        </Stack>
      )}
    </Stack>
  );
}

function reason(code: string): string {
  const key = `runs.why.${code}`;
  return has(key) ? t(key as 'runs.why.unchanged') : code;
}
