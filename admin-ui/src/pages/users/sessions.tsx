import { Skeleton, Stack, Text } from '@mantine/core';
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { useAct } from '../../lib/act';
import { answer, api } from '../../api/client';
import { type User, userQuery } from '../../api/queries';
import type { components } from '../../api/schema';
import { useAdmin } from '../../api/session';
import { t } from '../../lib/i18n';
import { nameOfContract } from '../../lib/names';
import { displayName } from '../../lib/people';
import { obstacle } from '../../lib/powers';
import { ask } from '../../ui/ask';
import { Guarded } from '../../ui/guarded';
import { Panel } from '../../ui/panel';
import { Problem } from '../../ui/problem';
import { SessionLine } from '../../ui/session-line';
import { done, failed } from '../../ui/toasts';

type Session = components['schemas']['Session'];
type Props = { slug: string; user: User };

export const sessionsQuery = (slug: string, id: number) =>
  queryOptions({
    queryKey: ['tenant', slug, 'user', id, 'sessions'],
    queryFn: ({ signal }) => answer(api.GET('/admin/v1/tenants/{slug}/users/{id}/sessions', { params: { path: { slug, id } }, signal })),
    select: ({ data }) => data,
  });

/** Where a user is signed in, and the means to end it. */
export function Sessions({ slug, user }: Props) {
  const query = useQuery(sessionsQuery(slug, user.id));
  return (
    <Panel title={t('sessions.title')} actions={query.data && query.data.length > 0 && <EndAll slug={slug} user={user} count={query.data.length} />}>
      {query.error && <Problem error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Skeleton height={56} />}
      {query.data?.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('sessions.empty')}
        </Text>
      )}
      {query.data && query.data.length > 0 && (
        <Stack component="ul" gap="xs" p={0} m={0} style={{ listStyle: 'none' }}>
          {query.data.map((session) => (
            <Row key={session.id} slug={slug} user={user} session={session} />
          ))}
        </Stack>
      )}
    </Panel>
  );
}

function Row({ slug, user, session }: Props & { session: Session }) {
  const because = obstacle(useAdmin(), slug, 'manage');
  const path = { slug, id: user.id, session_id: session.id };
  const end = useEnding(slug, user, t('sessions.ended'), () =>
    answer(api.DELETE('/admin/v1/tenants/{slug}/users/{id}/sessions/{session_id}', { params: { path } })),
  );
  return (
    <SessionLine session={session} by={nameOfContract(session.contract)}>
      <Guarded size="xs" variant="default" because={because} loading={end.isPending} onClick={() => void end.mutateAsync().catch(failed)}>
        {t('sessions.end')}
      </Guarded>
    </SessionLine>
  );
}

function EndAll({ slug, user, count }: Props & { count: number }) {
  const because = obstacle(useAdmin(), slug, 'manage');
  const end = useEnding(slug, user, t('sessions.all-ended', { name: displayName(user) }), () =>
    answer(api.DELETE('/admin/v1/tenants/{slug}/users/{id}/sessions', { params: { path: { slug, id: user.id } } })),
  );
  const sure = () =>
    ask({
      title: t('sessions.end-all-title', { name: displayName(user) }),
      text: t('sessions.end-all-text', { count }),
      confirm: t('sessions.end-all'),
      onConfirm: () => end.mutateAsync(),
    });
  return (
    <Guarded size="xs" danger because={because} loading={end.isPending} onClick={sure}>
      {t('sessions.end-all')}
    </Guarded>
  );
}

function useEnding(slug: string, user: User, message: string, mutationFn: () => Promise<unknown>) {
  const queries = useQueryClient();
  return useAct({
    mutationFn,
    onSuccess: () => done(message),
    onSettled: () => queries.invalidateQueries({ queryKey: userQuery(slug, user.id).queryKey }), // with all that hangs below
  });
}
