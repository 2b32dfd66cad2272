import { Skeleton, Switch } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useAct } from '../../lib/act';
import { answer, api } from '../../api/client';
import { useAdmin } from '../../api/session';
import { t } from '../../lib/i18n';
import { Panel } from '../../ui/panel';
import { Problem } from '../../ui/problem';
import { done, failed } from '../../ui/toasts';
import { factorQuery, platformQuery } from './queries';

/** Why one cannot demand a second factor of operators; undefined: one can. */
function useObstacle(sets: boolean | undefined) {
  if (useAdmin().operator_role !== 'owner') return t('powers.platform');
  return sets ? undefined : t('me.operators-own-first');
}

/** What is asked of all operators; shown to operators. */
export function OperatorsFactor() {
  const query = useQuery(platformQuery);
  const { data: factor } = useQuery(factorQuery);
  const queries = useQueryClient();
  const change = useAct({
    mutationFn: (demand: boolean) => answer(api.PUT('/admin/v1/settings', { body: { operators_second_factor: demand } })),
    onSuccess: ({ operators_second_factor: on }) => done(on ? t('me.operators-on') : t('me.operators-off')),
    onError: failed,
    onSettled: () => queries.invalidateQueries({ queryKey: ['me'] }),
  });
  const enrolled = factor && (factor.since !== null || factor.passkeys > 0);
  const on = query.data?.operators_second_factor;
  const because = useObstacle(enrolled || on === true);
  return (
    <Panel title={t('me.operators')}>
      {query.error && <Problem error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Skeleton height={40} />}
      {on !== undefined && (
        <Switch
          checked={on}
          disabled={because !== undefined || change.isPending}
          label={t('me.operators-demand')}
          description={because ?? t('me.operators-demand-hint')}
          onChange={(event) => change.mutate(event.currentTarget.checked)}
        />
      )}
    </Panel>
  );
}
