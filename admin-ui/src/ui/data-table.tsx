import { Skeleton } from '@mantine/core';
import type { ComponentPropsWithoutRef, ReactNode } from 'react';
import type { Sorting } from '../lib/sorting';
import classes from './data-table.module.css';
import { directionOf, SortChoice, SortHead } from './sort';

export type Column<T> = {
  key: string;
  header: ReactNode;
  cell: (row: T) => ReactNode;
  /** Where the cell goes when a row becomes a card. */
  phone: 'lead' | 'title' | 'aside' | 'meta' | 'end' | 'hidden';
  align?: 'right';
  /** What the server sorts by when the head, a text, is pressed; times begin with the latest. */
  sort?: { by: string; latestFirst?: true };
  /** As narrow as what it holds. */
  narrow?: boolean;
  /** Takes the room that is left; too long texts are cut. */
  grow?: boolean;
};

type RowProps = ComponentPropsWithoutRef<'tr'> & { 'data-selected'?: true; 'data-current'?: true };

export type DataTableProps<T> = {
  label: string;
  columns: Column<T>[];
  /** Undefined while the first page is on its way. */
  rows: T[] | undefined;
  rowKey: (row: T) => React.Key;
  rowProps?: (row: T) => RowProps;
  /** The rows shown belong to the previous question. */
  stale?: boolean;
  /** The order the rows are in, for columns that can be sorted by. */
  sorting?: Sorting;
  /** About how many rows there will be, so that what is below moves little when they come. */
  expects?: number;
};

/** One page of a list: a table on a desk, cards on a phone. Roles are spelled out as CSS display undoes them. */
export function DataTable<T>({ label, columns, rows, rowKey, rowProps, stale, sorting, expects = 8 }: DataTableProps<T>) {
  return (
    <div className={classes.frame}>
      {sorting && <SortChoice columns={sortable(columns)} sorting={sorting} />}
      <table className={classes.table} role="table" aria-label={label} aria-busy={!rows || stale}>
        <thead role="rowgroup">
          <tr role="row">{columns.map((column) => heading(column, sorting))}</tr>
        </thead>
        <tbody role="rowgroup" className={stale ? classes.stale : undefined}>
          {rows
            ? rows.map((row) => (
                <tr role="row" key={rowKey(row)} className={classes.row} {...rowProps?.(row)}>
                  {columns.map((column) => cell(column, column.cell(row)))}
                </tr>
              ))
            : skeletons(columns, expects)}
        </tbody>
      </table>
    </div>
  );
}

/** Lifts a control above the link that covers its row. */
export function Above({ children }: { children: ReactNode }) {
  return <span className={classes.above}>{children}</span>;
}

export const rowLinkClass = classes.link;

function sortable<T>(columns: Column<T>[]) {
  return columns.flatMap(({ header, sort }) => (sort && typeof header === 'string' ? [{ name: header, column: sort }] : []));
}

function heading<T>({ key, header, align, narrow, grow, sort }: Column<T>, sorting: Sorting | undefined) {
  const head = sort && sorting && typeof header === 'string' && (
    <>
      <SortHead name={header} column={sort} sorting={sorting} />
      <span className={classes.label}>{header}</span>
    </>
  );
  return (
    <th
      role="columnheader"
      key={key}
      className={classes.cell}
      aria-sort={sort && sorting && directionOf(sort, sorting.sort)}
      data-align={align}
      data-narrow={narrow || undefined}
      data-grow={grow || undefined}
    >
      {head || header}
    </th>
  );
}

function cell<T>(column: Column<T>, content: ReactNode) {
  return (
    <td
      role="cell"
      key={column.key}
      className={classes.cell}
      data-phone={column.phone}
      data-align={column.align}
      data-narrow={column.narrow || undefined}
      data-grow={column.grow || undefined}
    >
      {content}
    </td>
  );
}

function skeletons<T>(columns: Column<T>[], length: number) {
  return Array.from({ length }, (_, i) => (
    <tr role="row" key={i} className={classes.row}>
      {columns.map((column) => cell(column, <Skeleton height={14} my={5} width={column.phone === 'title' ? `${70 - (i % 4) * 9}%` : 56} />))}
    </tr>
  ));
}
