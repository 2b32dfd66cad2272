import { Button, Skeleton, Stack } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useAct } from '../../lib/act';
import { answer, api } from '../../api/client';
import { t } from '../../lib/i18n';
import { ask } from '../../ui/ask';
import { Guarded } from '../../ui/guarded';
import { Panel } from '../../ui/panel';
import { Problem } from '../../ui/problem';
import { SessionLine } from '../../ui/session-line';
import { done, failed } from '../../ui/toasts';
import { type MySession, mySessionsQuery } from './queries';

export function MySessions() {
  const query = useQuery(mySessionsQuery);
  return (
    <Panel title={t('sessions.title')} actions={query.data && <EndOthers count={query.data.length - 1} />}>
      {query.error && <Problem error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Skeleton height={56} />}
      {query.data && (
        <Stack component="ul" gap="xs" p={0} m={0} style={{ listStyle: 'none' }}>
          {query.data.map((session) => (
            <Row key={session.id} session={session} />
          ))}
        </Stack>
      )}
    </Panel>
  );
}

function Row({ session }: { session: MySession }) {
  const end = useEnding(t('sessions.ended'), () => answer(api.DELETE('/admin/v1/me/sessions/{session_id}', { params: { path: { session_id: session.id } } })));
  return (
    <SessionLine session={session} by={session.kind === 'browser' ? t('me.browser') : t('me.program')} here={session.current}>
      {!session.current && (
        <Button size="xs" variant="default" loading={end.isPending} onClick={() => void end.mutateAsync().catch(failed)}>
          {t('sessions.end')}
        </Button>
      )}
    </SessionLine>
  );
}

function EndOthers({ count }: { count: number }) {
  const end = useEnding(t('me.others-ended'), () => answer(api.DELETE('/admin/v1/me/sessions')));
  const sure = () => ask({ title: t('me.end-others-title'), text: t('sessions.end-all-text', { count }), confirm: t('me.end-others'), onConfirm: () => end.mutateAsync() });
  return (
    <Guarded size="xs" danger because={count > 0 ? undefined : t('me.no-others')} loading={end.isPending} onClick={sure}>
      {t('me.end-others')}
    </Guarded>
  );
}

function useEnding(message: string, mutationFn: () => Promise<unknown>) {
  const queries = useQueryClient();
  return useAct({
    mutationFn,
    onSuccess: () => done(message),
    onSettled: () => queries.invalidateQueries({ queryKey: mySessionsQuery.queryKey }),
  });
}
