import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { IconEyeOff } from '@tabler/icons-react';
import { t } from '../../lib/i18n';
import { Snippet } from '../../ui/snippet';

type SecretProps = { secret: string; text: string; onClose: () => void };

/** Shows a secret for the only time: it stays until somebody says that it is stored. */
export function Secret({ secret, text, onClose }: SecretProps) {
  return (
    <Modal opened onClose={onClose} closeOnClickOutside={false} closeOnEscape={false} withCloseButton={false} title={t('webhooks.secret-title')} size="lg">
      <Stack>
        <Alert color="yellow" icon={<IconEyeOff size={20} />}>
          {text}
        </Alert>
        <Snippet code={secret} what={t('webhooks.secret')} />
        <Text size="sm">{t('webhooks.secret-use')}</Text>
        <Group justify="flex-end">
          <Button onClick={onClose} data-autofocus>
            {t('webhooks.stored')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
