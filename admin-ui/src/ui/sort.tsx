import { NativeSelect, UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowsSort, IconArrowUp } from '@tabler/icons-react';
import { t } from '../lib/i18n';
import { nextSort, type Sorting } from '../lib/sorting';
import type { Column } from './data-table';
import classes from './sort.module.css';

type Sorted = NonNullable<Column<unknown>['sort']>;

/** For aria-sort: what the list's order is to a column. */
export function directionOf({ by }: Sorted, sort: string | undefined): 'ascending' | 'descending' | 'none' {
  return sort === by ? 'ascending' : sort === `-${by}` ? 'descending' : 'none';
}

/** The head of a column that a list can be sorted by. */
export function SortHead({ name, column, sorting: { sort, onSort } }: { name: string; column: Sorted; sorting: Sorting }) {
  const direction = directionOf(column, sort);
  const Arrow = { ascending: IconArrowUp, descending: IconArrowDown, none: IconArrowsSort }[direction];
  return (
    <UnstyledButton className={classes.head} data-sorted={direction !== 'none' || undefined} onClick={() => onSort(nextSort(sort, column))}>
      {name}
      <Arrow size={14} aria-hidden />
    </UnstyledButton>
  );
}

/** The same where a table has no heads: rows that are cards, on a phone. */
export function SortChoice({ columns, sorting: { sort, onSort } }: { columns: { name: string; column: Sorted }[]; sorting: Sorting }) {
  const orders = columns.flatMap(({ name, column }) => [
    { value: column.by, label: t('sort.up', { name }) },
    { value: `-${column.by}`, label: t('sort.down', { name }) },
  ]);
  const known = orders.some(({ value }) => value === sort);
  return (
    <NativeSelect
      className={classes.choice}
      size="sm"
      aria-label={t('sort.label')}
      value={known ? sort : ''}
      onChange={({ currentTarget: { value } }) => onSort(value || undefined)}
      data={known ? orders : [{ value: '', label: t('sort.usual') }, ...orders]}
    />
  );
}
