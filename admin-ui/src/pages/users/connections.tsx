import { Box, Group, Paper, Skeleton, Stack, Text } from '@mantine/core';
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { useAct } from '../../lib/act';
import { answer, api } from '../../api/client';
import { refreshTenant, type User } from '../../api/queries';
import type { components } from '../../api/schema';
import { useAdmin } from '../../api/session';
import { has, t } from '../../lib/i18n';
import { displayName } from '../../lib/people';
import { obstacle } from '../../lib/powers';
import { ask } from '../../ui/ask';
import { Guarded } from '../../ui/guarded';
import { Panel } from '../../ui/panel';
import { Problem } from '../../ui/problem';
import { done } from '../../ui/toasts';
import { When } from '../../ui/when';

type Connection = components['schemas']['Connection'];
type Props = { slug: string; user: User };

export const connectionsQuery = (slug: string, id: number) =>
  queryOptions({
    queryKey: ['tenant', slug, 'user', id, 'social'],
    queryFn: ({ signal }) => answer(api.GET('/admin/v1/tenants/{slug}/users/{id}/social', { params: { path: { slug, id } }, signal })),
    select: ({ data }) => data,
  });

/** The accounts elsewhere that a user signs in with, and the means to end it. */
export function Connections({ slug, user }: Props) {
  const query = useQuery(connectionsQuery(slug, user.id));
  return (
    <Panel title={t('connections.title')}>
      {query.error && <Problem error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Skeleton height={56} />}
      {query.data?.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('connections.empty')}
        </Text>
      )}
      {query.data && query.data.length > 0 && (
        <Stack component="ul" gap="xs" p={0} m={0} style={{ listStyle: 'none' }}>
          {query.data.map((one) => (
            <Row key={one.id} slug={slug} user={user} one={one} />
          ))}
        </Stack>
      )}
    </Panel>
  );
}

function Row({ slug, user, one }: Props & { one: Connection }) {
  const queries = useQueryClient();
  const provider = called(one.provider);
  const name = displayName(user);
  const because = obstacle(useAdmin(), slug, 'manage') ?? (one.last_way_in ? t('connections.last') : undefined);
  const end = useAct({
    mutationFn: () => answer(api.DELETE('/admin/v1/tenants/{slug}/users/{id}/social/{identity_id}', { params: { path: { slug, id: user.id, identity_id: one.id } } })),
    onSuccess: () => done(t('connections.ended', { name, provider })),
    onSettled: () => refreshTenant(queries, slug),
  });
  const sure = () =>
    ask({ title: t('connections.end-title', { name, provider }), text: t('connections.end-text', { provider }), confirm: t('connections.end'), onConfirm: () => end.mutateAsync() });
  return (
    <Paper component="li" p="sm">
      <Group wrap="nowrap" gap="sm" justify="space-between">
        <Box miw={0}>
          <Text size="sm" fw={550}>
            {provider}
          </Text>
          <Text component="div" size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {one.email ?? t('connections.no-email')} · {t('connections.since')} <When at={one.connected_at} /> · {t('sessions.used')} <When at={one.last_login_at} />
          </Text>
        </Box>
        <Guarded size="xs" danger because={because} loading={end.isPending} onClick={sure} style={{ flexShrink: 0 }}>
          {t('connections.end')}
        </Guarded>
      </Group>
    </Paper>
  );
}

function called(provider: string): string {
  const key = `social.name.${provider}`;
  return has(key) ? t(key as 'social.name.google') : provider;
}
