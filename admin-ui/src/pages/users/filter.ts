import type { UserFilter } from '../../api/queries';
import { startOf } from '../../lib/dates';
import type { UsersSearch } from '../../lib/search';

/** What of the address is asked of the server. */
export function filter({ q, status, group, type, proof, contract, from, until, seen, unseen, sort, cursor }: UsersSearch): UserFilter {
  return {
    q,
    status,
    group,
    type,
    verified: proof,
    contract,
    created_from: from && startOf(from),
    created_until: until && startOf(until, 1),
    seen_from: seen && startOf(seen),
    seen_until: unseen && startOf(unseen),
    sort,
    cursor,
  };
}

/** Everything that narrows the list, taken off. */
export const everybody = {
  q: undefined, status: undefined, group: undefined, type: undefined, proof: undefined, contract: undefined,
  from: undefined, until: undefined, seen: undefined, unseen: undefined,
} satisfies UsersSearch;

/** What of the address narrows the list; a view that can be kept. */
export function view(search: UsersSearch): Omit<UsersSearch, 'sort' | 'cursor' | 'page' | 'invite' | 'import'> {
  const kept = Object.keys(everybody).map((key) => [key, search[key as keyof typeof everybody]] as const);
  return Object.fromEntries(kept.filter(([, value]) => value !== undefined));
}
