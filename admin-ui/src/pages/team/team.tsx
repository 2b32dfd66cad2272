import { type QueryClient, queryOptions, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconUserPlus, IconUserShield } from '@tabler/icons-react';
import { answer, api } from '../../api/client';
import { tenantQuery } from '../../api/queries';
import { useAdmin } from '../../api/session';
import { t } from '../../lib/i18n';
import { obstacle } from '../../lib/powers';
import { Empty } from '../../ui/empty';
import { Guarded } from '../../ui/guarded';
import { OffLimits } from '../../ui/off-limits';
import { Page } from '../../ui/page';
import { tenantCrew } from './crew';
import { Invite } from './invite';
import { Seats } from './seats';

const route = getRouteApi('/inside/tenants/$slug/team');

const teamQuery = (slug: string) =>
  queryOptions({
    queryKey: ['tenant', slug, 'team'],
    queryFn: ({ signal }) => answer(api.GET('/admin/v1/tenants/{slug}/admins', { params: { path: { slug } }, signal })),
  });

export function load(queries: QueryClient, slug: string) {
  void queries.prefetchQuery(teamQuery(slug));
}

/** Who administers a tenant, and with which power. */
export function Team() {
  const { slug } = route.useParams();
  const { invite } = route.useSearch();
  const navigate = route.useNavigate();
  const tenant = useQuery(tenantQuery(slug));
  const admin = useAdmin();
  const closed = obstacle(admin, slug, 'configure');
  const because = obstacle(admin, slug, 'appoint');
  const open = (invite: true | undefined) => void navigate({ search: { invite }, replace: invite === undefined });
  return (
    <Page
      title={t('team.title')}
      where={tenant.data?.name ?? slug}
      about={t('team.about')}
      actions={
        closed === undefined && (
          <Guarded because={because} leftSection={<IconUserPlus size={16} />} onClick={() => open(true)}>
            {t('team.invite')}
          </Guarded>
        )
      }
    >
      {closed === undefined ? <Members slug={slug} open={because === undefined} /> : <OffLimits because={closed} />}
      {invite && because === undefined && <Invite crew={tenantCrew(slug)} onClose={() => open(undefined)} />}
    </Page>
  );
}

function Members({ slug, open }: { slug: string; open: boolean }) {
  const query = useQuery(teamQuery(slug));
  return (
    <Seats
      crew={tenantCrew(slug)}
      open={open}
      query={query}
      empty={
        <Empty icon={IconUserShield} title={t('team.empty')}>
          {t('team.empty-hint')}
        </Empty>
      }
    />
  );
}
