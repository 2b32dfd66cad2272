import { type QueryClient, queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { Decision } from '../lib/decisions';
import { answer, api } from './client';
import { refreshTenant, type UserFilter } from './queries';
import type { components } from './schema';

export type ApprovalRun = components['schemas']['ApprovalRun'];

export const underWay = (runs: { finished_at: string | null }[] | undefined) => runs?.some(({ finished_at }) => finished_at === null) ?? false;

export const runsQuery = (slug: string) =>
  queryOptions({
    queryKey: ['approval-runs', slug],
    queryFn: ({ signal }) => answer(api.GET('/admin/v1/tenants/{slug}/approvals/runs', { params: { path: { slug } }, signal })),
    select: ({ data }) => data,
    refetchInterval: ({ state }) => (underWay(state.data?.data) ? 1000 : false),
  });

export const candidatesQuery = (slug: string, decision: Decision, filter: UserFilter) =>
  queryOptions({
    queryKey: ['tenant', slug, 'candidates', decision, filter],
    queryFn: ({ signal }) => answer(api.GET('/admin/v1/tenants/{slug}/approvals/candidates', { params: { path: { slug }, query: { decision, ...filter } }, signal })),
  });

export function startRun(slug: string, decision: Decision, reason: string | undefined, filter: UserFilter) {
  return answer(api.POST('/admin/v1/tenants/{slug}/approvals/runs', { params: { path: { slug }, query: filter }, body: { decision, ...(reason ? { reason } : {}) } }));
}

/** Shows a run as begun before it is asked for how far it is: a short one is over by then. */
export function noteRun(queries: QueryClient, slug: string, run: ApprovalRun) {
  const { queryKey } = runsQuery(slug);
  queries.setQueryData(queryKey, (old) => ({ data: [run, ...(old?.data ?? [])] }));
  void queries.invalidateQueries({ queryKey });
}

/** The decisions about many that are under way; tells of each that ends while one looks, and has the tenant's lists asked again. */
export function useRuns(slug: string, onOver: (run: ApprovalRun) => void) {
  const { data: runs = [] } = useQuery(runsQuery(slug));
  useEnds(slug, runs, onOver);
  return runs.filter(({ finished_at }) => finished_at === null);
}

/** Tells of each run that ends while one looks, and has the tenant's lists asked again. */
export function useEnds<R extends { id: string; finished_at: string | null }>(slug: string, runs: R[], onOver: (run: R) => void) {
  const queries = useQueryClient();
  const seen = useRef(new Set<string>());
  useEffect(() => {
    for (const run of runs) {
      if (run.finished_at === null) seen.current.add(run.id);
      else if (seen.current.delete(run.id)) {
        onOver(run);
        void refreshTenant(queries, slug);
      }
    }
  });
}
