import { Button, Menu } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { csv } from '../../lib/csv';
import { download } from '../../lib/download';
import { t } from '../../lib/i18n';
import { done, failed } from '../../ui/toasts';
import type { Entry } from './words';

type Read = (cursor: string | undefined) => Promise<{ data: Entry[]; next_cursor: string | null }>;
type Format = 'csv' | 'jsonl';

/** More than this is more than a browser should hold; the toast says so when it is reached. */
const most = 20_000;

/** Writes exactly what the filters show, all pages of it, into a file. */
export function Export({ name, read }: { name: string; read: Read }) {
  const [n, setN] = useState(0);
  const write = useMutation({
    mutationFn: async (format: Format) => {
      const { entries, whole } = await readAll(read, setN);
      const file = `${name}-${new Date().toISOString().slice(0, 10)}`;
      if (format === 'csv') download(`${file}.csv`, 'text/csv', table(entries));
      else download(`${file}.jsonl`, 'application/jsonl', entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
      done(whole ? t('audit.exported', { count: entries.length }) : t('audit.exported-part', { n: entries.length }));
    },
    onError: failed,
  });
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={16} />} loading={write.isPending} loaderProps={{ children: t('audit.exporting', { n }) }} miw={120}>
          {t('audit.export')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => write.mutate('csv')}>{t('audit.export-csv')}</Menu.Item>
        <Menu.Item onClick={() => write.mutate('jsonl')}>{t('audit.export-jsonl')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

async function readAll(read: Read, progress: (n: number) => void) {
  const entries: Entry[] = [];
  let cursor: string | undefined;
  do {
    const { data, next_cursor } = await read(cursor);
    entries.push(...data);
    progress(entries.length);
    cursor = next_cursor ?? undefined;
  } while (cursor && entries.length < most);
  return { entries, whole: cursor === undefined };
}

const heads = ['at', 'actor_type', 'actor_id', 'actor_name', 'action', 'target_type', 'target_id', 'target_name', 'tenant', 'details', 'ip', 'request_id', 'id'];

function table(entries: Entry[]): string {
  const rows = entries.map(({ at, actor, action, target, tenant, details, ip, request_id, id }) => [
    at, actor.type, actor.id, actor.name ?? '', action, target?.type ?? '', target?.id ?? '', target?.name ?? '',
    tenant?.slug ?? '', JSON.stringify(details), ip, request_id, id,
  ]);
  return csv([heads, ...rows]);
}
