import { Paper } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { t } from '../lib/i18n';
import { Empty } from './empty';

/** In place of a room that one's role does not open: says so at once instead of asking a server that will refuse. */
export function OffLimits({ because }: { because: string }) {
  return (
    <Paper>
      <Empty icon={IconLock} title={t('off-limits.title')}>
        {because}
      </Empty>
    </Paper>
  );
}
