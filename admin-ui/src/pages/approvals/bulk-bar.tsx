import { Affix, CloseButton, Group, Paper, Text, Transition } from '@mantine/core';
import type { User } from '../../api/queries';
import { applies, type Decision } from '../../lib/decisions';
import { t } from '../../lib/i18n';
import { Guarded } from '../../ui/guarded';
import classes from './approvals.module.css';

type BulkBarProps = { users: User[]; because: string | undefined; onDecide: (decision: Decision) => void; onClear: () => void };

/** What can be done with all that is ticked, with the number it will be done to. */
export function BulkBar({ users, because, onDecide, onClear }: BulkBarProps) {
  const count = (decision: Decision) => users.filter(({ approval }) => applies(decision, approval)).length;
  const nobody = (decision: Decision) => because ?? (count(decision) === 0 ? t('bulk.nobody') : undefined);
  return (
    <Affix position={{ bottom: 16, left: 0, right: 0 }} className={classes.affix} zIndex={150}>
      <Transition mounted={users.length > 0} transition="slide-up" duration={150}>
        {(style) => (
          <Paper style={style} className={classes.bulk} role="region" aria-label={t('bulk.label')} shadow="md" p="xs">
            <Group gap="xs" wrap="nowrap">
              <CloseButton aria-label={t('bulk.clear')} onClick={onClear} />
              <Text size="sm" fw={550} style={{ whiteSpace: 'nowrap' }} mr="md" aria-live="polite">
                {t('bulk.count', { count: users.length })}
              </Text>
              <Guarded size="sm" danger because={nobody('reject')} onClick={() => onDecide('reject')}>
                {t('bulk.reject', { n: count('reject') })}
              </Guarded>
              <Guarded size="sm" because={nobody('approve')} onClick={() => onDecide('approve')}>
                {t('bulk.approve', { n: count('approve') })}
              </Guarded>
            </Group>
          </Paper>
        )}
      </Transition>
    </Affix>
  );
}
