import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { asApiError, describe } from '../api/errors';
import { t } from '../lib/i18n';

/** Says that something is done; only ever after the server said so. */
export function done(message: string) {
  notifications.show({ message, color: 'teal', icon: <IconCheck size={16} />, withBorder: true });
}

export function failed(error: unknown) {
  const fault = asApiError(error);
  const request = fault.status >= 500 && fault.requestId ? ` ${t('error.request')}: ${fault.requestId}` : ''; // names it in the log
  failedBecause(describe(fault) + request);
}

export function failedBecause(message: string) {
  notifications.show({ message, color: 'red', icon: <IconAlertTriangle size={16} />, withBorder: true, autoClose: 10_000, role: 'alert' });
}

/** Done, with a way back for as long as it is shown. */
export function undoable(message: string, undo: () => void) {
  const id = notifications.show({
    color: 'teal',
    withBorder: true,
    autoClose: 10_000,
    message: (
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <Text size="sm">{message}</Text>
        <Button
          size="compact-sm"
          variant="light"
          onClick={() => {
            notifications.hide(id);
            undo();
          }}
        >
          {t('undo')}
        </Button>
      </Group>
    ),
  });
}
