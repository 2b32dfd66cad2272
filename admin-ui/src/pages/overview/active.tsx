import { Text } from '@mantine/core';
import { t } from '../../lib/i18n';
import { Figure } from '../../ui/figure';
import { When } from '../../ui/when';
import type { Activity } from './queries';

/** Who was here lately. */
export function Active({ activity }: { activity: Activity | undefined }) {
  const seen = activity?.active_users;
  return (
    <Figure
      label={t('overview.active')}
      value={seen?.month}
      note={
        seen ? (
          <>
            <Text size="xs">{t('overview.active-lately', { day: seen.day, week: seen.week })}</Text>
            {t('overview.counted')} <When at={seen.as_of} />
          </>
        ) : (
          t('overview.not-counted')
        )
      }
    />
  );
}
