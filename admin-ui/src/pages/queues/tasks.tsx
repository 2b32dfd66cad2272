import { Button, Drawer, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconMoodSmile } from '@tabler/icons-react';
import { useAct } from '../../lib/act';
import { answer, api } from '../../api/client';
import { t } from '../../lib/i18n';
import { firstPage, usePager } from '../../lib/pager';
import { ask } from '../../ui/ask';
import type { Column } from '../../ui/data-table';
import { Empty } from '../../ui/empty';
import { TextLink } from '../../ui/link';
import { List } from '../../ui/list';
import { done, failed } from '../../ui/toasts';
import { When } from '../../ui/when';
import { failedStates, type FailedState, stateQuery, type Task, tasksQuery } from './queries';

const route = getRouteApi('/inside/queues');

/** The failed tasks of the queue that the address names. */
export function Tasks() {
  const { queue } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <Drawer opened={queue !== undefined} onClose={() => void navigate({ search: {}, replace: true, resetScroll: false })} position="right" title={queue} size={720}>
      {queue !== undefined && <Failed queue={queue} />}
    </Drawer>
  );
}

function Failed({ queue }: { queue: string }) {
  const { state = 'archived', cursor } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery({ ...tasksQuery(queue, state, cursor), placeholderData: keepPreviousData });
  const pager = usePager(query.data?.next_cursor);
  const { retry, clear } = useChanges(queue, state);
  const some = (query.data?.data.length ?? 0) > 0;
  const archived = useQuery(stateQuery).data?.queues.find(({ name }) => name === queue)?.archived ?? 0;
  const clearAll = () => ask({ title: t('queues.clear-title', { name: queue }), text: `${t('queues.clear-count', { count: archived })} ${t('queues.clear-text')}`, confirm: t('queues.clear'), onConfirm: () => clear.mutateAsync(undefined) });
  return (
    <Stack>
      <Group justify="space-between">
        <SegmentedControl
          aria-label={t('field.status')}
          value={state}
          onChange={(next) => void navigate({ search: (old) => ({ ...old, ...firstPage, state: failedStates.find((one) => one === next) }) })}
          data={failedStates.map((value) => ({ value, label: t(`queues.${value}`) }))}
        />
        {some && (
          <Group gap="xs">
            <Button size="xs" variant="default" loading={retry.isPending} onClick={() => retry.mutate()}>
              {t('queues.retry-all')}
            </Button>
            {state === 'archived' && (
              <Button size="xs" variant="default" color="red" loading={clear.isPending} onClick={clearAll}>
                {t('queues.clear')}
              </Button>
            )}
          </Group>
        )}
      </Group>
      <List
        query={query}
        label={t('queues.failed-tasks')}
        rowKey={({ id }) => id}
        pager={pager}
        columns={[what, why, again(queue, state)]}
        empty={
          <Empty icon={IconMoodSmile} title={t('queues.no-tasks')}>
            {t('queues.no-tasks-hint')}
          </Empty>
        }
      />
    </Stack>
  );
}

function useChanges(queue: string, state: FailedState) {
  const queries = useQueryClient();
  const path = { params: { path: { queue } } };
  const onSettled = () => queries.invalidateQueries({ queryKey: ['queues'] });
  const retry = useRetry(queue, state);
  const clear = useAct({
    mutationFn: (id: string | undefined) => answer(api.POST('/admin/v1/queues/{queue}/clear', { ...path, body: id ? { id } : {} })),
    onSuccess: ({ count }) => done(t('queues.cleared', { count })),
    onSettled,
  });
  return { retry, clear };
}

/** Tries one again, or with none all that are in the state. */
function useRetry(queue: string, state: FailedState, id?: string) {
  const queries = useQueryClient();
  return useAct({
    mutationFn: () => answer(api.POST('/admin/v1/queues/{queue}/retry', { params: { path: { queue } }, body: { state, ...(id ? { id } : {}) } })),
    onSuccess: ({ count }) => done(t('queues.retried', { count })),
    onError: failed,
    onSettled: () => queries.invalidateQueries({ queryKey: ['queues'] }),
  });
}

const what: Column<Task> = {
  key: 'what',
  header: t('queues.task'),
  phone: 'title',
  cell: ({ kind, tenant }) => (
    <>
      <Text size="sm" fw={550}>
        {kind ?? t('queues.foreign')}
      </Text>
      {tenant && (
        <TextLink to="/tenants/$slug/deliveries" params={{ slug: tenant.slug }} size="xs">
          {tenant.name}
        </TextLink>
      )}
    </>
  ),
};

const why: Column<Task> = {
  key: 'why',
  header: t('queues.error'),
  phone: 'meta',
  grow: true,
  cell: ({ last_error, retried, max_retries, failed_at, next_try_at }) => (
    <>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {last_error ?? '–'}
      </Text>
      <Text size="xs" c="dimmed">
        {t('queues.tried', { retried, max: max_retries })}
        {(next_try_at ?? failed_at) && (
          <>
            {' · '}
            {next_try_at ? t('queues.next') : t('queues.gave-up')} <When at={next_try_at ?? failed_at ?? ''} />
          </>
        )}
      </Text>
    </>
  ),
};

const again = (queue: string, state: FailedState): Column<Task> => ({
  key: 'again',
  header: t('actions'),
  phone: 'end',
  narrow: true,
  align: 'right',
  cell: ({ id }) => <Again queue={queue} state={state} id={id} />,
});

function Again({ queue, state, id }: { queue: string; state: FailedState; id: string }) {
  const retry = useRetry(queue, state, id);
  return (
    <Button size="xs" variant="default" loading={retry.isPending} onClick={() => retry.mutate()}>
      {t('queues.retry-one')}
    </Button>
  );
}
