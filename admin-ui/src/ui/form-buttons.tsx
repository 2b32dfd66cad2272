import { Button, Group } from '@mantine/core';
import { t } from '../lib/i18n';

/** What ends a form in a dialog: leaving it, and sending it. */
export function FormButtons({ onClose, pending, label }: { onClose: () => void; pending: boolean; label: string }) {
  return (
    <Group justify="flex-end">
      <Button variant="default" onClick={onClose}>
        {t('cancel')}
      </Button>
      <Button type="submit" loading={pending}>
        {label}
      </Button>
    </Group>
  );
}
