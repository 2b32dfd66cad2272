import { Box, Skeleton, Table } from '@mantine/core';
import type { ComponentPropsWithoutRef, ReactNode } from 'react';
import classes from './data-table.module.css';

export type Column<T> = {
  key: string;
  header: ReactNode;
  cell: (row: T) => ReactNode;
  /** Where the cell goes when a row becomes a card. */
  phone: 'lead' | 'title' | 'aside' | 'meta' | 'end' | 'hidden';
  align?: 'right';
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
  /** About how many rows there will be, so that what is below moves little when they come. */
  expects?: number;
};

/** One page of a list: a table on a desk, cards on a phone. Roles are spelled out as CSS display undoes them. */
export function DataTable<T>({ label, columns, rows, rowKey, rowProps, stale, expects = 8 }: DataTableProps<T>) {
  return (
    <div className={classes.frame}>
      <Table className={classes.table} role="table" aria-label={label} aria-busy={!rows || stale}>
        <Table.Thead role="rowgroup">
          <Table.Tr role="row">{columns.map(heading)}</Table.Tr>
        </Table.Thead>
        <Table.Tbody role="rowgroup" className={stale ? classes.stale : undefined}>
          {rows
            ? rows.map((row) => (
                <Table.Tr role="row" key={rowKey(row)} className={classes.row} {...rowProps?.(row)}>
                  {columns.map((column) => cell(column, column.cell(row)))}
                </Table.Tr>
              ))
            : skeletons(columns, expects)}
        </Table.Tbody>
      </Table>
    </div>
  );
}

/** Lifts a control above the link that covers its row. */
export function Above({ children }: { children: ReactNode }) {
  return (
    <Box component="span" className={classes.above} display="inline-flex">
      {children}
    </Box>
  );
}

export const rowLinkClass = classes.link;

function heading<T>({ key, header, align, narrow, grow }: Column<T>) {
  return (
    <Table.Th role="columnheader" key={key} className={classes.cell} data-align={align} data-narrow={narrow || undefined} data-grow={grow || undefined}>
      {header}
    </Table.Th>
  );
}

function cell<T>(column: Column<T>, content: ReactNode) {
  return (
    <Table.Td
      role="cell"
      key={column.key}
      className={classes.cell}
      data-phone={column.phone}
      data-align={column.align}
      data-narrow={column.narrow || undefined}
      data-grow={column.grow || undefined}
    >
      {content}
    </Table.Td>
  );
}

function skeletons<T>(columns: Column<T>[], length: number) {
  return Array.from({ length }, (_, i) => (
    <Table.Tr role="row" key={i} className={classes.row}>
      {columns.map((column) => cell(column, <Skeleton height={14} my={5} width={column.phone === 'title' ? `${70 - (i % 4) * 9}%` : 56} />))}
    </Table.Tr>
  ));
}
