import { Skeleton, Stack, Text } from '@mantine/core';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { answer, api } from '../../api/client';
import type { User } from '../../api/queries';
import { t } from '../../lib/i18n';
import { TextLink } from '../../ui/link';
import { Panel } from '../../ui/panel';
import { Problem } from '../../ui/problem';
import { When } from '../../ui/when';
import { called, deed, type Entry } from '../audit/words';

export const historyQuery = (slug: string, id: number) =>
  queryOptions({
    queryKey: ['tenant', slug, 'user', id, 'audit'],
    queryFn: ({ signal }) => answer(api.GET('/admin/v1/tenants/{slug}/audit', { params: { path: { slug }, query: { user_id: id, limit: 8 } }, signal })),
    select: ({ data }) => data,
  });

/** What the user and others did to this account last. */
export function History({ slug, user }: { slug: string; user: User }) {
  const query = useQuery(historyQuery(slug, user.id));
  return (
    <Panel
      title={t('history.title')}
      actions={
        <TextLink to="/tenants/$slug/audit" params={{ slug }} search={{ user: user.id }} size="sm">
          {t('history.all')}
        </TextLink>
      }
    >
      {query.error && <Problem error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Skeleton height={120} />}
      {query.data?.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('history.empty')}
        </Text>
      )}
      <Stack component="ul" gap="xs" p={0} m={0} style={{ listStyle: 'none' }}>
        {query.data?.map((entry) => <Line key={entry.id} slug={slug} user={user} entry={entry} />)}
      </Stack>
    </Panel>
  );
}

function Line({ slug, user, entry: { id, actor, action, at } }: { slug: string; user: User; entry: Entry }) {
  return (
    <Stack component="li" gap={0}>
      <TextLink to="/tenants/$slug/audit" params={{ slug }} search={{ user: user.id, open: id }} size="sm" w="fit-content">
        {deed(action)}
      </TextLink>
      <Text component="div" size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
        {called(actor)} · <When at={at} />
      </Text>
    </Stack>
  );
}
