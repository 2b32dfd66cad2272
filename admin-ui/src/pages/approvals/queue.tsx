import { Stack } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { getRouteApi } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import { useDecide } from '../../api/decisions';
import type { User, UserFilter } from '../../api/queries';
import { useAdmin } from '../../api/session';
import { applies, type Decision } from '../../lib/decisions';
import { useKeys } from '../../lib/keys';
import { displayName } from '../../lib/people';
import { obstacle } from '../../lib/powers';
import { useSorting } from '../../lib/sorting';
import { afterLeaving, meant, move, toggle } from '../../lib/queue';
import type { ApprovalsSearch } from '../../lib/search';
import { List, type ListProps } from '../../ui/list';
import { RejectDialog } from '../../ui/reject-dialog';
import { ApplicantDrawer } from './applicant-drawer';
import { Bulk } from './bulk';
import { Everybody } from './everybody';
import { applicantId, columns } from './columns';
import { KeyHints } from './key-hints';
import { UnverifiedDialog } from './unverified-dialog';
import { t } from '../../lib/i18n';

const route = getRouteApi('/inside/tenants/$slug/approvals');

type QueueProps = Pick<ListProps<User>, 'pager'> & {
  query: ListProps<User>['query'] & { data: { next_cursor: string | null } | undefined };
  tab: NonNullable<ApprovalsSearch['tab']>;
  /** What the list asks for, without the place in it. */
  filter: UserFilter;
  empty: ReactNode;
};

/** The applicants in view, and a reviewer going through them by hand, by key or in bulk. */
export function Queue({ query, pager, tab, filter, empty }: QueueProps) {
  const { slug } = route.useParams();
  const { open } = route.useSearch();
  const navigate = route.useNavigate();
  const because = obstacle(useAdmin(), slug, 'decide');
  const rows = query.data?.data ?? [];
  const ids = rows.map(({ id }) => id);
  const sorting = useSorting();
  const [ticks, setTicks] = useState<ReadonlySet<number>>(new Set());
  const [at, setAt] = useFocus();
  const ticked = rows.filter(({ id }) => ticks.has(id));
  const look = (id: number | undefined, replace = false) => void navigate({ search: (old) => ({ ...old, open: id }), replace, state: true });
  const back = (ids: number[]) => setTicks((old) => new Set([...old, ...ids]));
  const review = useReview(slug, back, (gone) => {
    const leaving = tab === 'all' ? [] : gone;
    setTicks((old) => new Set([...old].filter((id) => !gone.includes(id))));
    setAt(afterLeaving(ids, leaving, at));
    if (open !== undefined && leaving.includes(open)) look(afterLeaving(ids, leaving, open), true);
  });
  const step = (by: 1 | -1) => {
    const next = move(ids, open ?? at, by);
    setAt(next);
    if (open !== undefined && next !== undefined) look(next, true);
  };
  const decideMeant = (decision: Decision) => {
    const whom = meant(open, ticked.map(({ id }) => id), at);
    if (because === undefined) review.decide(rows.filter(({ id }) => whom.includes(id)), decision);
  };
  const [keys, setKeys] = useLocalStorage({ key: 'keyhall-keys', defaultValue: true });
  useKeys(
    {
      j: () => step(1),
      k: () => step(-1),
      a: () => decideMeant('approve'),
      r: () => decideMeant('reject'),
      x: () => at !== undefined && setTicks(toggle(ticks, at)),
    },
    keys && !review.asking,
  );
  return (
    <Stack id="queue" role="tabpanel" aria-label={t(`approvals.${tab}`)} pb={ticked.length > 0 ? 80 : 0}>
      {(query.data === undefined || rows.length > 0) && <KeyHints on={keys} onSwitch={setKeys} />}
      <List
        query={query}
        pager={pager}
        label={t('approvals.title')}
        columns={columns({ tab, because, ticks, ids, setTicks, decide: (user, decision) => review.decide([user], decision) })}
        rowKey={(user) => user.id}
        rowProps={(user) => ({
          onFocus: () => setAt(user.id, false),
          'data-selected': ticks.has(user.id) || undefined,
          'data-current': user.id === at || undefined,
        })}
        empty={empty}
        sorting={sorting}
      />
      {tab === 'pending' && query.data?.next_cursor && <Everybody slug={slug} filter={filter} because={because} />}
      <Bulk users={ticked} because={because} onDecide={(decision) => review.decide(ticked, decision)} onClear={() => setTicks(new Set())} />
      <ApplicantDrawer slug={slug} id={open} known={rows.find(({ id }) => id === open)} because={because} onDecide={(user, decision) => review.decide([user], decision)} onClose={() => look(undefined)} />
      {review.dialog}
    </Stack>
  );
}

/** A decision with the questions that come before it. `onLeave` gets the ids decided about, `onBack` those of many that could not be. */
function useReview(slug: string, onBack: (ids: number[]) => void, onLeave: (ids: number[]) => void) {
  const decide = useDecide(slug);
  const [asking, ask] = useState<{ about: 'reason' | 'proof'; users: User[] }>();
  const close = () => ask(undefined);
  const send = async (users: User[], decision: Decision) => {
    close();
    const ids = users.map(({ id }) => id);
    onLeave(ids);
    if (!(await decide({ users, decision })) && ids.length > 1) onBack(ids);
  };
  const reject = async (users: User[], reason: string) => {
    await decide({ users, decision: 'reject', reason, asked: true });
    onLeave(users.map(({ id }) => id));
  };
  const start = (candidates: User[], decision: Decision) => {
    const users = candidates.filter(({ approval }) => applies(decision, approval));
    if (users.length === 0) return;
    if (decision === 'reject') return ask({ about: 'reason', users });
    if (decision === 'approve' && users.length > 1 && users.some(unproven)) return ask({ about: 'proof', users });
    void send(users, decision);
  };
  const dialog = asking && (asking.about === 'reason' ? (
    <RejectDialog count={asking.users.length} name={asking.users[0] && displayName(asking.users[0])} onReject={(reason) => reject(asking.users, reason)} onClose={close} />
  ) : (
    <UnverifiedDialog users={asking.users} unproven={unproven} onApprove={(users) => void send(users, 'approve')} onClose={close} />
  ));
  return { decide: start, dialog, asking: asking !== undefined };
}

function unproven({ email_verified }: User): boolean {
  return !email_verified;
}

/** The current row; moving to it moves the browser's focus, so that readers follow and Enter opens it. */
function useFocus() {
  const [{ at, take }, set] = useState<{ at: number | undefined; take: boolean }>({ at: undefined, take: false });
  useEffect(() => {
    if (!take || at === undefined) return;
    const link = document.getElementById(applicantId(at));
    link?.focus();
    link?.scrollIntoView({ block: 'nearest' });
  }, [at, take]);
  return [at, (next: number | undefined, take = true) => set({ at: next, take })] as const;
}
