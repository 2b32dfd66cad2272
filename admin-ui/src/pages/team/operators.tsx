import { Group } from '@mantine/core';
import { keepPreviousData, type QueryClient, queryOptions, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconSearchOff, IconUserPlus } from '@tabler/icons-react';
import { answer, api } from '../../api/client';
import { useAdmin } from '../../api/session';
import { t } from '../../lib/i18n';
import { firstPage, usePager } from '../../lib/pager';
import type { OperatorsSearch } from '../../lib/search';
import { Empty } from '../../ui/empty';
import { Guarded } from '../../ui/guarded';
import { OffLimits } from '../../ui/off-limits';
import { Page } from '../../ui/page';
import { SearchBox } from '../../ui/search-box';
import { platformCrew } from './crew';
import { Invite } from './invite';
import { Seats } from './seats';

const route = getRouteApi('/inside/team');

const operatorsQuery = ({ q, cursor }: OperatorsSearch) =>
  queryOptions({
    queryKey: ['operators', { q, cursor }],
    queryFn: ({ signal }) => answer(api.GET('/admin/v1/operators', { params: { query: { q, cursor } }, signal })),
  });

export function load(queries: QueryClient, search: OperatorsSearch) {
  void queries.prefetchQuery(operatorsQuery(search));
}

/** Who operates the platform, and with which power. */
export function Operators() {
  return useAdmin().operator ? <Room /> : <OffLimits because={t('off-limits.operators')} />;
}

function Room() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery({ ...operatorsQuery(search), placeholderData: keepPreviousData });
  const pager = usePager(query.data?.next_cursor);
  const because = useAdmin().operator_role === 'owner' ? undefined : t('powers.operators');
  const open = (invite: true | undefined) => void navigate({ search: (old) => ({ ...old, invite }), replace: invite === undefined });
  return (
    <Page
      title={t('team.title')}
      where={t('where.platform')}
      about={t('operators.about')}
      actions={
        <Guarded because={because} leftSection={<IconUserPlus size={16} />} onClick={() => open(true)}>
          {t('operators.invite')}
        </Guarded>
      }
    >
      <Group>
        <SearchBox
          label={t('operators.search')}
          value={search.q ?? ''}
          onSearch={(text) => void navigate({ search: (old) => ({ ...old, ...firstPage, q: text || undefined }), replace: true })}
        />
      </Group>
      <Seats crew={platformCrew()} open={because === undefined} query={query} pager={pager} empty={<NoMatch />} />
      {search.invite && because === undefined && <Invite crew={platformCrew()} onClose={() => open(undefined)} />}
    </Page>
  );
}

function NoMatch() {
  return (
    <Empty icon={IconSearchOff} title={t('operators.no-match')}>
      {t('operators.no-match-hint')}
    </Empty>
  );
}
