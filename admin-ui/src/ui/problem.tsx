import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconRefresh } from '@tabler/icons-react';
import { asApiError, describe } from '../api/errors';
import { t } from '../lib/i18n';
import { Copyable } from './copy';

/** What went wrong in words, the request's id to hand to support, and a way to try again. */
export function Problem({ error, onRetry, title }: { error: unknown; onRetry?: () => void; title?: string }) {
  const fault = asApiError(error);
  return (
    <Alert color="red" icon={<IconAlertTriangle size={20} />} title={title} role="alert">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{describe(fault)}</Text>
        <Group gap="md">
          {onRetry && (
            <Button size="xs" variant="default" leftSection={<IconRefresh size={14} />} onClick={onRetry}>
              {t('retry')}
            </Button>
          )}
          {fault.requestId && (
            <Group gap={6}>
              <Text size="xs" c="dimmed">
                {t('error.request')}
              </Text>
              <Copyable value={fault.requestId} what={t('error.request')} />
            </Group>
          )}
        </Group>
      </Stack>
    </Alert>
  );
}
