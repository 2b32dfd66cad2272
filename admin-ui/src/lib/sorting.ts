import { useNavigate, useSearch } from '@tanstack/react-router';
import { firstPage } from './pager';

export type Sorting = {
  /** The order the list is in: a field, with a minus before it when it begins at the end. */
  sort: string | undefined;
  onSort: (sort: string | undefined) => void;
};

/** Sorting by the address, so that an order can be sent to somebody and the browser's back undoes it. The usual order is not written there. */
export function useSorting(usual?: string): Sorting {
  const navigate = useNavigate();
  const { sort = usual } = useSearch({ strict: false });
  return {
    sort,
    onSort: (next) => void navigate({ to: '.', search: (old) => ({ ...old, ...firstPage, sort: next === usual ? undefined : next }) as never, resetScroll: false }),
  };
}

/** What a column is asked to do next: begin as it likes best, then the other way round. */
export function nextSort(sort: string | undefined, { by, latestFirst }: { by: string; latestFirst?: true }): string {
  const [best, other] = latestFirst ? [`-${by}`, by] : [by, `-${by}`];
  return sort === best ? other : best;
}
