import { Group, Text } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { t } from '../lib/i18n';
import { Guarded } from './guarded';

export type PagerProps = {
  /** Counted from 1. */
  page: number;
  onNext: (() => void) | undefined;
  onBack: () => void;
};

/** Cursors lead forward; the way back is the browser's own. Shows nothing when all fits on one page. */
export function Pager({ page, onNext, onBack }: PagerProps) {
  if (page === 1 && !onNext) return null;
  return (
    <Group component="nav" justify="flex-end" gap="xs" aria-label={t('pager.label')}>
      <Text size="sm" c="dimmed" mr="xs" aria-current="page">
        {t('pager.page', { page })}
      </Text>
      <Guarded variant="default" size="xs" because={page === 1 ? t('pager.first') : undefined} leftSection={<IconChevronLeft size={14} />} onClick={onBack}>
        {t('pager.back')}
      </Guarded>
      <Guarded variant="default" size="xs" because={onNext ? undefined : t('pager.last')} rightSection={<IconChevronRight size={14} />} onClick={onNext}>
        {t('pager.next')}
      </Guarded>
    </Group>
  );
}
