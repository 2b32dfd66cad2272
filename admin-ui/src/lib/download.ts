import { csv } from './csv';

export type Format = 'csv' | 'jsonl';

/** How rows become a file. */
export type Sheet<T> = {
  /** Of the file, without day and ending. */
  name: string;
  /** A row of the table, below these heads. */
  heads: string[];
  cells: (row: T) => string[];
  /** A line of JSON; without it, the row as the server gave it. */
  record?: (row: T) => unknown;
};

/** Hands rows to the browser as a file of today. */
export function save<T>({ name, heads, cells, record = (row) => row }: Sheet<T>, rows: T[], format: Format) {
  const file = `${name}-${new Date().toISOString().slice(0, 10)}`;
  if (format === 'csv') download(`${file}.csv`, 'text/csv', csv([heads, ...rows.map(cells)]));
  else download(`${file}.jsonl`, 'application/jsonl', rows.map((row) => `${JSON.stringify(record(row))}\n`).join(''));
}

/** Hands a text to the browser as a file to keep. */
export function download(name: string, type: string, text: string) {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000); // Safari reads it after the click
}
