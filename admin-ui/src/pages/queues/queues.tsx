import { Button, SimpleGrid, Skeleton, Stack, Text, VisuallyHidden } from '@mantine/core';
import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { useAct } from '../../lib/act';
import { answer, api } from '../../api/client';
import { useAdmin } from '../../api/session';
import { t } from '../../lib/i18n';
import { ask } from '../../ui/ask';
import { Above, type Column, DataTable } from '../../ui/data-table';
import { RowLink } from '../../ui/link';
import { OffLimits } from '../../ui/off-limits';
import { Page } from '../../ui/page';
import { Panel } from '../../ui/panel';
import { Problem } from '../../ui/problem';
import { Status } from '../../ui/status';
import { done, failed } from '../../ui/toasts';
import { When } from '../../ui/when';
import { GoingOut } from './going-out';
import { type Queue, type State, stateQuery } from './queries';
import { Tasks } from './tasks';

export function load(queries: QueryClient) {
  void queries.prefetchQuery(stateQuery);
}

/** How the workers are, for operators: what waits, what failed, and whether every part is there. */
export function Queues() {
  const { operator } = useAdmin();
  return operator ? <Room /> : <OffLimits because={t('off-limits.operators')} />;
}

function Room() {
  const { data, error, isPending, refetch } = useQuery(stateQuery);
  return (
    <Page title={t('queues.title')} where={t('where.platform')} about={t('queues.about')}>
      {error && <Problem error={error} onRetry={() => void refetch()} />}
      {isPending && !error && <Skeleton h={360} radius="md" />}
      {data && (
        <>
          <Parts state={data} />
          <GoingOut state={data} />
          {data.queues.length === 0 ? (
            <Nothing>{data.parts.redis === 'ok' ? t('queues.none') : t('queues.redis-away')}</Nothing>
          ) : (
            <DataTable label={t('queues.queues')} columns={columns} rows={data.queues} rowKey={({ name }) => name} />
          )}
          <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
            <Outbox state={data} />
            <Workers state={data} />
          </SimpleGrid>
          <Tasks />
        </>
      )}
    </Page>
  );
}

function Parts({ state: { parts } }: { state: State }) {
  const all = [
    { name: t('queues.database'), well: parts.database === 'ok', word: t('queues.ok') },
    { name: 'Redis', well: parts.redis === 'ok', word: parts.redis === 'ok' ? t('queues.ok') : t('queues.unavailable') },
    { name: t('queues.relay'), well: parts.relay === 'ok', word: t(`queues.relay-${parts.relay}`) },
    { name: t('queues.workers'), well: parts.workers === 'ok', word: t(`queues.workers-${parts.workers}`) },
  ];
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
      {all.map(({ name, well, word }) => (
        <Stack key={name} component="li" gap={2}>
          <Text size="sm" c="dimmed">
            {name}
          </Text>
          <Status tone={well ? 'good' : 'bad'}>{word}</Status>
        </Stack>
      ))}
    </SimpleGrid>
  );
}

const fact = (key: string, header: string, text: (queue: Queue) => string): Column<Queue> => ({
  key,
  header,
  phone: 'meta',
  narrow: true,
  cell: (queue) => (
    <Text size="sm" style={{ whiteSpace: 'nowrap' }}>
      {text(queue)}
    </Text>
  ),
});

const columns: Column<Queue>[] = [
  {
    key: 'name',
    header: t('queues.queue'),
    phone: 'title',
    grow: true,
    cell: ({ name }) => (
      <RowLink to="." search={{ queue: name }} resetScroll={false}>
        {name}
      </RowLink>
    ),
  },
  {
    key: 'state',
    header: t('field.status'),
    phone: 'aside',
    narrow: true,
    cell: ({ paused }) => <Status tone={paused ? 'wait' : 'good'}>{paused ? t('queues.paused') : t('queues.running')}</Status>,
  },
  fact('waiting', t('queues.waiting'), ({ waiting, latency_seconds }) => (waiting === 0 ? '0' : t('queues.waits', { n: waiting, seconds: latency_seconds.toFixed(1) }))),
  fact('active', t('queues.active'), ({ active }) => String(active)),
  fact('failed', t('queues.failed'), ({ retry, archived }) => t('queues.failed-so', { retry, archived })),
  fact('today', t('queues.today'), ({ processed_today, failed_today }) => t('queues.today-so', { n: processed_today, failed: failed_today })),
  {
    key: 'switch',
    header: <VisuallyHidden>{t('actions')}</VisuallyHidden>,
    phone: 'end',
    narrow: true,
    align: 'right',
    cell: (queue) => (
      <Above>
        <Switch queue={queue} />
      </Above>
    ),
  },
];

function Switch({ queue: { name, paused } }: { queue: Queue }) {
  const queries = useQueryClient();
  const path = { params: { path: { queue: name } } };
  const turn = useAct({
    mutationFn: () => answer(paused ? api.POST('/admin/v1/queues/{queue}/resume', path) : api.POST('/admin/v1/queues/{queue}/pause', path)),
    onSuccess: () => done(paused ? t('queues.resumed', { name }) : t('queues.did-pause', { name })),
    onSettled: () => queries.invalidateQueries({ queryKey: ['queues'] }),
  });
  const sure = () => (paused ? void turn.mutateAsync().catch(failed) : ask({ title: t('queues.pause-title', { name }), text: t('queues.pause-text'), confirm: t('queues.pause'), onConfirm: () => turn.mutateAsync() }));
  return (
    <Button size="xs" variant="default" loading={turn.isPending} onClick={sure}>
      {paused ? t('queues.resume') : t('queues.pause')}
    </Button>
  );
}

function Outbox({ state: { outbox } }: { state: State }) {
  return (
    <Panel title={t('queues.outbox')}>
      {outbox.length === 0 && <Nothing>{t('queues.outbox-empty')}</Nothing>}
      <Stack component="ul" gap="xs" p={0} m={0} style={{ listStyle: 'none' }}>
        {outbox.map(({ kind, waiting, due, oldest_due_at }) => (
          <Text key={kind} component="li" size="sm">
            <b>{kind}</b>: {t('queues.owed', { waiting, due })}
            {oldest_due_at && (
              <>
                {', '}
                {t('queues.since')} <When at={oldest_due_at} />
              </>
            )}
          </Text>
        ))}
      </Stack>
    </Panel>
  );
}

function Workers({ state: { workers } }: { state: State }) {
  return (
    <Panel title={t('queues.workers')}>
      {workers.length === 0 && <Nothing>{t('queues.nobody-works')}</Nothing>}
      <Stack component="ul" gap="xs" p={0} m={0} style={{ listStyle: 'none' }}>
        {workers.map(({ host, pid, started_at, active }) => (
          <Text key={`${host} ${pid}`} component="li" size="sm">
            <b>
              {host} {pid}
            </b>
            : {t('queues.at-work', { count: active })}, {t('queues.up-since')} <When at={started_at} />
          </Text>
        ))}
      </Stack>
    </Panel>
  );
}

function Nothing({ children }: { children: string }) {
  return (
    <Text size="sm" c="dimmed">
      {children}
    </Text>
  );
}
