import { type QueryClient, queryOptions, useQuery } from '@tanstack/react-query';
import { startRun, underWay, useEnds } from './approval-runs';
import { answer, api } from './client';
import type { UserFilter } from './queries';
import type { components } from './schema';

export type Run = components['schemas']['Run'];
/** What the users' room does to everybody who matches. */
export type Deed = { act: 'approve' | 'enable' | 'disable' | 'sign_out' } | { act: 'move'; group: { id: number; name: string } };

export const actsQuery = (slug: string) =>
  queryOptions({
    queryKey: ['runs', slug],
    queryFn: ({ signal }) => answer(api.GET('/admin/v1/tenants/{slug}/runs', { params: { path: { slug } }, signal })),
    select: ({ data }) => data,
    refetchInterval: ({ state }) => (underWay(state.data?.data) ? 1000 : false),
  });

/** Whom a deed would change, of how many. */
export const foreseenQuery = (slug: string, deed: Deed, filter: UserFilter) => {
  const query = { ...filter, act: deed.act, to_group: deed.act === 'move' ? deed.group.id : undefined };
  return queryOptions({
    queryKey: ['tenant', slug, 'candidates', query],
    queryFn: ({ signal }) => answer(api.GET('/admin/v1/tenants/{slug}/candidates', { params: { path: { slug }, query }, signal })),
  });
};

/** Decisions begin where those who only decide may begin them. */
export async function startDeed(slug: string, deed: Deed, filter: UserFilter): Promise<Run> {
  if (deed.act === 'approve') {
    const { decision, ...run } = await startRun(slug, 'approve', undefined, filter);
    return { ...run, act: decision, group_id: null, found: run.total, skipped: [] };
  }
  const body = deed.act === 'move' ? { act: deed.act, group: deed.group.id } : { act: deed.act };
  return answer(api.POST('/admin/v1/tenants/{slug}/runs', { params: { path: { slug }, query: filter }, body }));
}

/** Shows a run as begun before it is asked for how far it is: a short one is over by then. */
export function noteAct(queries: QueryClient, slug: string, run: Run) {
  const { queryKey } = actsQuery(slug);
  queries.setQueryData(queryKey, (old) => ({ data: [run, ...(old?.data ?? [])] }));
  void queries.invalidateQueries({ queryKey });
}

/** The acts on many that are under way, and those that are over; tells of each that ends while one looks. */
export function useActs(slug: string, onOver: (run: Run) => void) {
  const { data: runs = [] } = useQuery(actsQuery(slug));
  useEnds(slug, runs, onOver);
  return { going: runs.filter(({ finished_at }) => finished_at === null), over: runs.filter(({ finished_at }) => finished_at !== null) };
}
