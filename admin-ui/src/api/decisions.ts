import { type QueryClient, useIsMutating, useMutation, useQueryClient } from '@tanstack/react-query';
import { applies, type Decision, outcomeOf, tally, undoOf } from '../lib/decisions';
import { t } from '../lib/i18n';
import { displayName } from '../lib/people';
import { done, failed, failedBecause, undoable } from '../ui/toasts';
import { answer, api } from './client';
import { refreshTenant, type User, type UserFilter } from './queries';
import type { components } from './schema';

type UserPage = components['schemas']['UserPage'];
export type Verdict = {
  users: User[];
  decision: Decision;
  reason?: string;
  /** A dialog waits for it, and says itself what went wrong. */
  asked?: true;
};

/**
 * Decides about applicants. Lists follow at once, because a decision can be undone; the toast comes
 * with the server's answer and tells what really changed. Gives whether it could be done.
 */
export function useDecide(slug: string) {
  const queries = useQueryClient();
  const mutationKey = ['decide', slug];
  const mutation = useMutation({
    mutationKey,
    mutationFn: ({ users, decision, reason }: Verdict) => send(slug, users, decision, reason),
    onMutate: async (verdict) => {
      await queries.cancelQueries({ queryKey: ['tenant', slug] });
      return anticipate(queries, slug, verdict);
    },
    onSuccess: ({ results }, verdict) => tell(verdict, tally(results), (undo) => mutation.mutate(undo)),
    onError: (error, { asked }, restore) => {
      restore?.();
      if (!asked) failed(error);
    },
    // Asking again while another decision is under way would bring back rows it has just taken out.
    onSettled: () => (queries.isMutating({ mutationKey }) === 1 ? refreshTenant(queries, slug) : undefined),
  });
  return async (verdict: Verdict): Promise<boolean> => {
    const under = queries.getMutationCache().findAll({ mutationKey, status: 'pending' });
    if (under.some(({ state }) => same(state.variables as Verdict, verdict))) return true; // a click too many
    try {
      await mutation.mutateAsync(verdict);
      return true;
    } catch (error) {
      if (verdict.asked) throw error;
      return false;
    }
  };
}

/** Whether decisions are on their way. */
export function useDeciding(slug: string): boolean {
  return useIsMutating({ mutationKey: ['decide', slug] }) > 0;
}

function same(one: Verdict, other: Verdict): boolean {
  return one.decision === other.decision && one.users.length === other.users.length && one.users.every(({ id }, n) => id === other.users[n]?.id);
}

function send(slug: string, users: User[], decision: Decision, reason?: string) {
  const body = { user_ids: users.map(({ id }) => id), decision, ...(reason ? { reason } : {}) };
  return answer(api.POST('/admin/v1/tenants/{slug}/approvals', { params: { path: { slug } }, body }));
}

/** Changes the lists as if the server had agreed; gives the way back. */
function anticipate(queries: QueryClient, slug: string, { users, decision, reason }: Verdict) {
  const ids = new Set(users.map(({ id }) => id));
  const decided = (user: User): User => (ids.has(user.id) ? { ...user, approval: outcomeOf[decision], approval_reason: reason ?? null } : user);
  const lists = queries.getQueriesData<UserPage>({ queryKey: ['tenant', slug, 'users'] });
  for (const [key, page] of lists) {
    const { status } = key[3] as UserFilter;
    const data = page?.data.map(decided).filter((user) => belongs(user, status));
    if (page && data) queries.setQueryData<UserPage>(key, { ...page, data });
  }
  return () => lists.forEach(([key, page]) => queries.setQueryData(key, page));
}

function belongs({ approval }: User, status: UserFilter['status']): boolean {
  const byApproval = status === 'pending' || status === 'approved' || status === 'rejected';
  return !byApproval || approval === status;
}

function tell(verdict: Verdict, { changed, unchanged, failed }: ReturnType<typeof tally>, undo: (verdict: Verdict) => void) {
  const { users, decision } = verdict;
  const nameOf = (id: number) => displayName(users.find((user) => user.id === id) ?? unknown);
  const affected = users.filter(({ id }) => changed.includes(id));
  if (affected.length > 0) {
    const back = undoOf(affected.map(({ approval }) => approval));
    const message = summary(decision, affected.map(displayName));
    const undone = affected.map((user) => ({ ...user, approval: outcomeOf[decision] }));
    if (back && applies(back, outcomeOf[decision]) && decision !== 'pending') undoable(message, () => undo({ users: undone, decision: back }));
    else done(message);
  }
  if (affected.length === 0 && unchanged.length > 0) done(t('decision.unchanged', { names: unchanged.map(nameOf).join(', ') }));
  for (const { id, why } of failed) failedBecause(t('decision.failed', { name: nameOf(id), why }));
}

const unknown = { first_name: '', last_name: '', username: '?', email: null };

function summary(decision: Decision, names: string[]): string {
  const one = names.length === 1;
  const values = { name: names[0] ?? '', count: names.length };
  if (decision === 'approve') return one ? t('decision.approved-one', values) : t('decision.approved', values);
  if (decision === 'reject') return one ? t('decision.rejected-one', values) : t('decision.rejected', values);
  return one ? t('decision.pending-one', values) : t('decision.pending', values);
}
