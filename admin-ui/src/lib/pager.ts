import { useLocation, useNavigate, useRouter, useSearch } from '@tanstack/react-router';

/**
 * Paging by the address: forward with the cursor of the answer, back through the browser's
 * history, or to the first page for somebody who arrived by a link.
 */
export function usePager(next: string | null | undefined) {
  const navigate = useNavigate();
  const router = useRouter();
  const cameByNext = useLocation({ select: ({ state }) => state.paged === true });
  const { page = 1 } = useSearch({ strict: false });
  const goTo = (place: { cursor?: string; page?: number }, paged?: true) =>
    void navigate({ to: '.', search: (old) => ({ ...old, ...place }), state: { paged } });
  return {
    page,
    onNext: next ? () => goTo({ cursor: next, page: page + 1 }, true) : undefined,
    onBack: () => (cameByNext ? router.history.back() : goTo(firstPage)),
  };
}

/** Goes into every change of a filter: a cursor belongs to the question it was made for. */
export const firstPage = { cursor: undefined, page: undefined } as const;
