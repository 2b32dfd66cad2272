import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import type { User } from '../../api/queries';
import { t } from '../../lib/i18n';

type UnverifiedDialogProps = {
  users: User[];
  unproven: (user: User) => boolean;
  onApprove: (users: User[]) => void;
  onClose: () => void;
};

/** Many at once, and some have not proven their address: says how many before it is too late. */
export function UnverifiedDialog({ users, unproven, onApprove, onClose }: UnverifiedDialogProps) {
  const proven = users.filter((user) => !unproven(user));
  return (
    <Modal opened onClose={onClose} title={t('bulk.proof-title', { n: users.length })}>
      <Stack>
        <Text size="sm">{t('bulk.proof-text', { count: users.length - proven.length })}</Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          {proven.length > 0 && (
            <Button variant="light" onClick={() => onApprove(proven)} data-autofocus>
              {t('bulk.proof-some', { count: proven.length })}
            </Button>
          )}
          <Button onClick={() => onApprove(users)}>{t('bulk.proof-all', { n: users.length })}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
