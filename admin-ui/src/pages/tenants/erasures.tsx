import { Group, Modal, Progress, Skeleton, Stack, Text } from '@mantine/core';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { answer, api } from '../../api/client';
import type { components } from '../../api/schema';
import { t } from '../../lib/i18n';
import { Problem } from '../../ui/problem';
import { When } from '../../ui/when';

type Erasure = components['schemas']['Erasure'];

const underWay = (all: Erasure[] | undefined) => all?.some(({ finished_at }) => finished_at === null) ?? false;

const erasuresQuery = queryOptions({
  queryKey: ['erasures'],
  queryFn: ({ signal }) => answer(api.GET('/admin/v1/erasures', { signal })),
  select: ({ data }) => data,
  refetchInterval: ({ state }) => (underWay(state.data?.data) ? 1500 : false),
});

/** Deletions of tenants: how far those under way are, and what the others erased. */
export function Erasures({ onClose }: { onClose: () => void }) {
  const query = useQuery(erasuresQuery);
  return (
    <Modal opened onClose={onClose} title={t('erase.list')} size="lg">
      {query.error && <Problem error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Skeleton height={60} />}
      {query.data?.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('erase.none')}
        </Text>
      )}
      <Stack component="ul" gap="lg" p={0} m={0} style={{ listStyle: 'none' }}>
        {query.data?.map((one) => <One key={one.id} erasure={one} />)}
      </Stack>
    </Modal>
  );
}

function One({ erasure: { name, slug, asked_at, finished_at, progress, found } }: { erasure: Erasure }) {
  const percent = Math.floor(progress * 100);
  return (
    <Stack component="li" gap={6}>
      <Group justify="space-between" gap="sm" wrap="nowrap">
        <Text size="sm" fw={550} style={{ overflowWrap: 'anywhere' }}>
          {name}{' '}
          <Text span c="dimmed" inherit fw={400}>
            {slug}
          </Text>
        </Text>
        <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
          {finished_at ? t('erase.finished') : t('erase.under-way', { percent })} · <When at={finished_at ?? asked_at} />
        </Text>
      </Group>
      {finished_at === null && <Progress value={percent} animated aria-label={t('erase.progress', { name })} />}
      {Object.keys(found).length > 0 && (
        <Text size="xs" c="dimmed">
          {t(finished_at ? 'erase.report' : 'erase.found', {
            users: found.users ?? 0,
            sessions: found.sessions ?? 0,
            messages: found.messages ?? 0,
            files: found.files ?? 0,
            entries: found.audit_entries ?? 0,
          })}
        </Text>
      )}
    </Stack>
  );
}
