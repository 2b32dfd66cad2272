import { Alert, Button, Checkbox, FileInput, Group, Modal, Stack, Table, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { IconFileUpload } from '@tabler/icons-react';
import { useState } from 'react';
import { answer, api } from '../../api/client';
import { refreshTenant } from '../../api/queries';
import type { components } from '../../api/schema';
import { useAct } from '../../lib/act';
import { t } from '../../lib/i18n';
import { Guarded } from '../../ui/guarded';
import { Problem } from '../../ui/problem';
import { done } from '../../ui/toasts';

type Report = components['schemas']['UserImportReport'];
type Wish = { file: File; dryRun: boolean; invite: boolean };

/** Makes users of a file in two steps: what would happen, then doing it. */
export function Import({ slug, onClose }: { slug: string; onClose: () => void }) {
  const queries = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [invite, setInvite] = useState(false);
  const [report, setReport] = useState<Report>();
  const send = useMutation({
    mutationFn: (wish: Wish) => upload(slug, wish),
    onSuccess: (told) => {
      setReport(told);
      if (told.dry_run) return;
      void refreshTenant(queries, slug);
      done(t('import.done', { count: told.created }));
      if (told.refused === 0) onClose();
    },
  });
  const take = useAct({ mutationFn: (wish: Wish) => send.mutateAsync(wish) });
  const choose = (next: File | null) => {
    setFile(next);
    setReport(undefined);
    send.reset();
    if (next) send.mutate({ file: next, dryRun: true, invite: false });
  };
  const judged = report?.dry_run ? report : undefined;
  const because = obstacle({ file, report, failed: send.isError });
  return (
    <Modal opened onClose={onClose} title={t('import.title')} size="lg">
      <Stack>
        <Text size="sm">{t('import.text')}</Text>
        <FileInput
          label={t('import.file')}
          description={t('import.file-hint')}
          placeholder={t('import.choose')}
          accept=".csv,.jsonl,.ndjson"
          leftSection={<IconFileUpload size={16} />}
          value={file}
          onChange={choose}
          clearable
          clearButtonProps={{ 'aria-label': t('import.clear') }}
        />
        {send.error && <Problem error={send.error} />}
        {report && <Told report={report} />}
        <Checkbox label={t('import.invite')} checked={invite} onChange={(event) => setInvite(event.currentTarget.checked)} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {report && !report.dry_run ? t('close') : t('cancel')}
          </Button>
          <Guarded because={because} loading={send.isPending} onClick={() => file && take.mutate({ file, dryRun: false, invite })}>
            {t('import.do', { count: judged?.created ?? 0 })}
          </Guarded>
        </Group>
      </Stack>
    </Modal>
  );
}

/** Why there is nothing to import yet. */
function obstacle({ file, report, failed }: { file: File | null; report: Report | undefined; failed: boolean }) {
  if (!file) return t('import.no-file');
  if (!report) return failed ? t('import.unread') : t('import.reading');
  if (!report.dry_run) return t('import.again');
  return report.created === 0 ? t('import.nobody') : undefined;
}

function upload(slug: string, { file, dryRun, invite }: Wish) {
  return answer(
    api.POST('/admin/v1/tenants/{slug}/imports', {
      params: { path: { slug }, query: { dry_run: dryRun ? 'true' : 'false', invite: invite ? 'true' : 'false' } },
      body: { file: file as unknown as string }, // the description's word for bytes
      bodySerializer: () => {
        const form = new FormData();
        form.append('file', file);
        return form;
      },
    }),
  );
}

function Told({ report: { dry_run, created, exists, refused, refused_rows } }: { report: Report }) {
  return (
    <>
      <Alert color={refused > 0 ? 'yellow' : 'teal'} title={dry_run ? t('import.would') : t('import.did')} role="status">
        {[
          t('import.created', { count: created }),
          ...(exists > 0 ? [t('import.exists', { count: exists })] : []),
          ...(refused > 0 ? [t('import.refused', { count: refused })] : []),
        ].join(' ')}
      </Alert>
      {refused_rows.length > 0 && (
        <Table.ScrollContainer minWidth={300} mah={240}>
          <Table aria-label={t('import.refused-rows')} stickyHeader>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('import.line')}</Table.Th>
                <Table.Th>{t('import.why')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {refused_rows.map(({ line, errors }) => (
                <Table.Tr key={line}>
                  <Table.Td>{line}</Table.Td>
                  <Table.Td>{errors.map(({ field, message }) => `${field}: ${message}`).join(' ')}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </>
  );
}
