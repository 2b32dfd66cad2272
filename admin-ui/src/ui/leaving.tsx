import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { t } from '../lib/i18n';

type LeavingProps = { dirty: boolean; text: string; /** What is not saved goes with the view, so that another view of the same page loses it. */ view?: boolean };

/** Asks before changes that were not saved are lost. Moving within the same page loses none, as a rule. */
export function Leaving({ dirty, text, view = false }: LeavingProps) {
  const { status, next, proceed, reset } = useBlocker({
    shouldBlockFn: ({ current, next }) => dirty && (current.pathname !== next.pathname || view),
    enableBeforeUnload: dirty,
    withResolver: true,
  });
  const blocked = status === 'blocked';
  if (blocked && next.pathname === '/sign-in') return <Ended onLeave={proceed} onStay={reset} />;
  return <Loss opened={blocked} text={text} onLeave={() => proceed?.()} onStay={() => reset?.()} />;
}

type Answers = { onLeave: () => void; onStay: () => void };

/** The question itself. */
export function Loss({ opened, text, onLeave, onStay }: Answers & { opened: boolean; text: string }) {
  return (
    <Modal opened={opened} onClose={onStay} title={t('leaving.title')}>
      <Stack>
        <Text size="sm">{text}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onStay} data-autofocus>
            {t('leaving.stay')}
          </Button>
          <Button color="red" onClick={onLeave}>
            {t('leaving.leave')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

/** The session is over while something is typed: it can be saved all the same, with a new one from another tab. */
function Ended({ onLeave, onStay }: Answers) {
  return (
    <Modal opened onClose={onStay} title={t('leaving.ended-title')}>
      <Stack>
        <Text size="sm">{t('leaving.ended-text')}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onLeave}>
            {t('leaving.leave')}
          </Button>
          <Button component="a" href={`${import.meta.env.BASE_URL}sign-in`} target="_blank" rel="noopener" onClick={onStay} data-autofocus>
            {t('leaving.sign-in')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
