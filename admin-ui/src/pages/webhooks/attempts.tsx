import { Code, Modal, Stack, Text } from '@mantine/core';
import { t } from '../../lib/i18n';
import { When } from '../../ui/when';
import type { Delivery } from './queries';
import { eventWord } from './words';

/** Every call that was made about an event, with its answer. */
export function Attempts({ of, onClose }: { of: Delivery; onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title={eventWord(of.event)} size="lg">
      <Stack component="ol" gap="md" m={0} pl={24}>
        {of.attempts.map(({ at, status, answer }) => (
          <li key={at}>
            <Text size="sm">
              {status === null ? t('webhooks.no-answer') : t('webhooks.answered', { status })}
              {' · '}
              <When at={at} />
            </Text>
            {answer && (
              <Code block mt={6} tabIndex={0}>
                {answer}
              </Code>
            )}
          </li>
        ))}
      </Stack>
    </Modal>
  );
}
