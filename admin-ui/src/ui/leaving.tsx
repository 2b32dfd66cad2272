import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { t } from '../lib/i18n';

/** Asks before changes that were not saved are lost. Moving within the same page loses none. */
export function Leaving({ dirty, text }: { dirty: boolean; text: string }) {
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: ({ current, next }) => dirty && current.pathname !== next.pathname,
    enableBeforeUnload: dirty,
    withResolver: true,
  });
  return (
    <Modal opened={status === 'blocked'} onClose={() => reset?.()} title={t('leaving.title')}>
      <Stack>
        <Text size="sm">{text}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={() => reset?.()} data-autofocus>
            {t('leaving.stay')}
          </Button>
          <Button color="red" onClick={() => proceed?.()}>
            {t('leaving.leave')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
