import { Alert, Button, Group, Modal, Stack } from '@mantine/core';
import { IconDownload, IconEyeOff } from '@tabler/icons-react';
import { download } from '../../lib/download';
import { t } from '../../lib/i18n';
import { Snippet } from '../../ui/snippet';

/** Recovery codes for the only time they are shown: the dialog stays until somebody says that they are stored. */
export function Codes({ codes, onClose }: { codes: string[]; onClose: () => void }) {
  const text = codes.join('\n');
  return (
    <Modal opened onClose={onClose} closeOnClickOutside={false} closeOnEscape={false} withCloseButton={false} title={t('me.codes')}>
      <Stack>
        <Alert color="yellow" icon={<IconEyeOff size={20} />}>
          {t('me.codes-once')}
        </Alert>
        <Snippet code={text} what={t('me.codes')} />
        <Group justify="space-between">
          <Button variant="default" leftSection={<IconDownload size={16} />} onClick={() => download('keyhall-recovery-codes.txt', 'text/plain', `${text}\n`)}>
            {t('me.codes-download')}
          </Button>
          <Button onClick={onClose} data-autofocus>
            {t('me.codes-stored')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
