import { Button, Menu } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { useAct } from '../lib/act';
import { type Format, save, type Sheet } from '../lib/download';
import { t } from '../lib/i18n';
import { done, failed } from './toasts';

type Props<T> = Sheet<T> & {
  /** Reads one page of what is shown. */
  read: (cursor: string | undefined) => Promise<{ data: T[]; next_cursor: string | null }>;
};

/** More than this is more than a browser should hold; the toast says so when it is reached. */
const most = 20_000;

/** Writes exactly what the filters show, all pages of it, into a file. */
export function Export<T>({ read, ...sheet }: Props<T>) {
  const [n, setN] = useState<number>();
  const write = useAct({
    mutationFn: async (format: Format) => {
      const { rows, whole } = await readAll(read, setN);
      save(sheet, rows, format);
      done(whole ? t('export.done', { count: rows.length }) : t('export.part', { n: rows.length }));
    },
    onError: failed,
    onSettled: () => setN(undefined),
  });
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={16} />} loading={n !== undefined} loaderProps={{ children: t('export.reading', { n: n ?? 0 }) }} miw={120}>
          {t('export.do')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => write.mutate('csv')}>{t('export.csv')}</Menu.Item>
        <Menu.Item onClick={() => write.mutate('jsonl')}>{t('export.jsonl')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

async function readAll<T>(read: Props<T>['read'], progress: (n: number) => void) {
  progress(0);
  const rows: T[] = [];
  let cursor: string | undefined;
  do {
    const { data, next_cursor } = await read(cursor);
    rows.push(...data);
    progress(rows.length);
    cursor = next_cursor ?? undefined;
  } while (cursor && rows.length < most);
  return { rows, whole: cursor === undefined };
}
