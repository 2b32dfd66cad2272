import { Button, Group, Stack, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { t } from '../lib/i18n';
import { useAsked } from './asked';
import { Problem } from './problem';

type Question = {
  title: string;
  /** What will happen, and to how many. */
  text: string;
  confirm: string;
  /** Does it. The question stays as long as the promise is open, and says what went wrong. */
  onConfirm: () => unknown;
  tone?: 'red' | 'hall';
};

/** Asks before something that cannot be taken back at a glance. Cancel has the focus. */
export function ask({ title, ...question }: Question) {
  const id = modals.open({ title, children: <Sure {...question} onClose={() => modals.close(id)} /> });
}

function Sure({ text, confirm, onConfirm, tone = 'red', onClose }: Omit<Question, 'title'> & { onClose: () => void }) {
  const run = useAsked(onConfirm, onClose);
  return (
    <Stack>
      {run.error && <Problem error={run.error} />}
      <Text size="sm">{text}</Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose} data-autofocus>
          {t('cancel')}
        </Button>
        <Button color={tone} loading={run.isPending} onClick={() => run.mutate()}>
          {confirm}
        </Button>
      </Group>
    </Stack>
  );
}
