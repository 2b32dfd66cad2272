import { Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { t } from '../lib/i18n';

type Question = { title: string; /** What will happen, and to how many. */ text: string; confirm: string; onConfirm: () => void; tone?: 'red' | 'hall' };

/** Asks before something that cannot be taken back at a glance. Cancel has the focus. */
export function ask({ title, text, confirm, onConfirm, tone = 'red' }: Question) {
  modals.openConfirmModal({
    title,
    children: <Text size="sm">{text}</Text>,
    labels: { confirm, cancel: t('cancel') },
    confirmProps: { color: tone },
    cancelProps: { 'data-autofocus': true },
    onConfirm,
  });
}
