import { keepPreviousData, type QueryClient, queryOptions, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconHistory, IconSearchOff } from '@tabler/icons-react';
import { answer, api } from '../../api/client';
import { groupsQuery, tenantQuery } from '../../api/queries';
import { useAdmin } from '../../api/session';
import { startOf } from '../../lib/dates';
import { t } from '../../lib/i18n';
import { usePager } from '../../lib/pager';
import type { AuditSearch } from '../../lib/search';
import { useSorting } from '../../lib/sorting';
import { Empty } from '../../ui/empty';
import { Export } from '../../ui/export';
import { List } from '../../ui/list';
import { OffLimits } from '../../ui/off-limits';
import { Page } from '../../ui/page';
import { columns } from './columns';
import { EntryDrawer } from './entry';
import { Filters, PlatformFilters } from './filters';
import type { Entry } from './words';

type Answer = { data: Entry[]; next_cursor: string | null };

const tenantRoute = getRouteApi('/inside/tenants/$slug/audit');
const platformRoute = getRouteApi('/inside/audit');

/** What of the address is asked of the server, whichever trail it is. */
function filter({ sort, action, actor, since, until, cursor }: AuditSearch) {
  return { sort, action, actor, since: since && startOf(since), until: until && startOf(until, 1), cursor };
}

async function readTenant(slug: string, search: AuditSearch, limit?: number, signal?: AbortSignal): Promise<Answer> {
  const query = { ...filter(search), user_id: search.user, limit };
  return answer(api.GET('/admin/v1/tenants/{slug}/audit', { params: { path: { slug }, query }, signal }));
}

async function readPlatform(search: AuditSearch, limit?: number, signal?: AbortSignal): Promise<Answer> {
  const query = { ...filter(search), tenant: search.tenant, limit };
  return answer(api.GET('/admin/v1/audit', { params: { query }, signal }));
}

const auditQuery = (slug: string, search: AuditSearch) =>
  queryOptions({ queryKey: ['tenant', slug, 'audit', filter(search), search.user], queryFn: ({ signal }) => readTenant(slug, search, undefined, signal) });

const platformAuditQuery = (search: AuditSearch) =>
  queryOptions({ queryKey: ['audit', filter(search), search.tenant], queryFn: ({ signal }) => readPlatform(search, undefined, signal) });

export function load(queries: QueryClient, slug: string, search: AuditSearch) {
  void queries.prefetchQuery(auditQuery(slug, search));
}

export function loadPlatform(queries: QueryClient, search: AuditSearch) {
  void queries.prefetchQuery(platformAuditQuery(search));
}

/** The trail of one tenant. */
export function Audit() {
  const { slug } = tenantRoute.useParams();
  const search = tenantRoute.useSearch();
  const tenant = useQuery(tenantQuery(slug));
  const query = useQuery({ ...auditQuery(slug, search), placeholderData: keepPreviousData });
  const pager = usePager(query.data?.next_cursor);
  const sorting = useSorting('-at');
  const groups = useQuery(groupsQuery(slug));
  const named = query.data && { data: query.data.data.map((entry) => nameGroups(entry, groups.data ?? [])) };
  return (
    <Page
      title={t('audit.title')}
      where={tenant.data?.name ?? slug}
      about={t('audit.about')}
      actions={<Export name={`audit-${slug}`} heads={heads} cells={cells} read={(cursor) => readTenant(slug, { ...search, cursor }, 200)} />}
    >
      <Filters slug={slug} search={search} entries={query.data?.data ?? []} />
      <List query={{ ...query, data: named }} label={t('audit.title')} columns={columns(slug)} rowKey={({ id }) => id} pager={pager} sorting={sorting} empty={<Nothing search={search} />} />
      <EntryDrawer slug={slug} entry={named?.data.find(({ id }) => id === search.open)} />
    </Page>
  );
}

/** Groups by their names: a number says little, and a group that is gone has nothing else. */
function nameGroups(entry: Entry, groups: { id: number; name: string }[]): Entry {
  if (entry.action !== 'user.group_changed') return entry;
  const name = (id: unknown) => groups.find((group) => group.id === id)?.name ?? id;
  return { ...entry, details: { from: name(entry.details.from), to: name(entry.details.to) } };
}

/** What operators did, wherever it was. */
export function PlatformAudit() {
  return useAdmin().operator ? <PlatformTrail /> : <OffLimits because={t('off-limits.operators')} />;
}

function PlatformTrail() {
  const search = platformRoute.useSearch();
  const query = useQuery({ ...platformAuditQuery(search), placeholderData: keepPreviousData });
  const pager = usePager(query.data?.next_cursor);
  const sorting = useSorting('-at');
  return (
    <Page
      title={t('audit.title')}
      where={t('where.platform')}
      about={t('audit.about-platform')}
      actions={<Export name="audit-platform" heads={heads} cells={cells} read={(cursor) => readPlatform({ ...search, cursor }, 200)} />}
    >
      <PlatformFilters search={search} entries={query.data?.data ?? []} />
      <List query={query} label={t('audit.title')} columns={columns(undefined)} rowKey={({ id }) => id} pager={pager} sorting={sorting} empty={<Nothing search={search} />} />
      <EntryDrawer slug={undefined} entry={query.data?.data.find(({ id }) => id === search.open)} />
    </Page>
  );
}

const heads = ['at', 'actor_type', 'actor_id', 'actor_name', 'action', 'target_type', 'target_id', 'target_name', 'tenant', 'details', 'ip', 'request_id', 'id'];

function cells({ at, actor, action, target, tenant, details, ip, request_id, id }: Entry): string[] {
  return [
    at, actor.type, actor.id, actor.name ?? '', action, target?.type ?? '', target?.id ?? '', target?.name ?? '',
    tenant?.slug ?? '', JSON.stringify(details), ip, request_id, id,
  ];
}

function Nothing({ search: { action, actor, user, tenant, since, until } }: { search: AuditSearch }) {
  if ((action ?? actor ?? user ?? tenant ?? since ?? until) === undefined) {
    return (
      <Empty icon={IconHistory} title={t('audit.empty')}>
        {t('audit.empty-hint')}
      </Empty>
    );
  }
  return (
    <Empty icon={IconSearchOff} title={t('audit.no-match')}>
      {t('audit.no-match-hint')}
    </Empty>
  );
}
