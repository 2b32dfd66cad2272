import { Paper, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { DataTable, type DataTableProps } from './data-table';
import { Pager, type PagerProps } from './pager';
import { Problem } from './problem';

/** As much of a query as a list needs: the answer, what went wrong, and how to ask again. */
type Asked<T> = {
  data: { data: T[] } | undefined;
  error: unknown;
  isPlaceholderData: boolean;
  refetch: () => unknown;
};

export type ListProps<T> = Omit<DataTableProps<T>, 'rows' | 'stale'> & {
  query: Asked<T>;
  empty: ReactNode;
  pager?: PagerProps;
};

/** A list in each of its states: on its way, failed, empty, there. */
export function List<T>({ query, empty, pager, ...table }: ListProps<T>) {
  const rows = query.data?.data;
  const problem = query.error != null && <Problem error={query.error} onRetry={() => void query.refetch()} />;
  if (problem && !rows) return problem;
  return (
    <Stack>
      {problem}
      {rows?.length === 0 ? <Paper>{empty}</Paper> : <DataTable {...table} rows={rows} stale={query.isPlaceholderData} />}
      {pager && <Pager {...pager} />}
    </Stack>
  );
}
