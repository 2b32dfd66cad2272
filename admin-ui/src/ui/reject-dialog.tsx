import { Button, Chip, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { t } from '../lib/i18n';
import { useAsked } from './asked';
import { Problem } from './problem';

type RejectDialogProps = {
  /** How many it is about, and the name when it is one. */
  count: number;
  name?: string;
  /** The dialog stays as long as the promise is open. */
  onReject: (reason: string) => unknown;
  onClose: () => void;
};

const presets = () => [t('reject.preset-unconfirmed'), t('reject.preset-incomplete'), t('reject.preset-duplicate'), t('reject.preset-full')];

/** Asks why. The reason is told to the person, so it is a text one can edit and not a code. */
export function RejectDialog({ count, name, onReject, onClose }: RejectDialogProps) {
  const [reason, setReason] = useState('');
  const reject = useAsked(onReject, onClose);
  return (
    <Modal opened onClose={onClose} title={name !== undefined && count === 1 ? t('reject.title-one', { name }) : t('reject.title', { count })}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          reject.mutate(reason.trim());
        }}
      >
        <Stack>
          {reject.error && <Problem error={reject.error} />}
          <Text size="sm">{t('reject.text', { count })}</Text>
          <Group gap={6} role="group" aria-label={t('reject.presets')}>
            {presets().map((preset) => (
              <Chip key={preset} size="xs" variant="light" checked={reason === preset} onChange={() => setReason(reason === preset ? '' : preset)}>
                {preset}
              </Chip>
            ))}
          </Group>
          <Textarea
            label={t('reject.reason')}
            description={t('reject.reason-hint')}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            maxLength={500}
            autosize
            minRows={2}
            data-autofocus
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" color="red" loading={reject.isPending}>
              {t('reject.do', { count })}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
