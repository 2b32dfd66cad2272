import { Affix, CloseButton, Group, Paper, Text, Transition } from '@mantine/core';
import type { ReactNode } from 'react';
import { t } from '../lib/i18n';
import classes from './bulk-bar.module.css';

type Props = { count: number; onClear: () => void; /** What can be done with all of them. */ children: ReactNode };

/** Comes up while something is ticked, and says how much. */
export function BulkBar({ count, onClear, children }: Props) {
  return (
    <Affix position={{ bottom: 16, left: 0, right: 0 }} className={classes.affix} zIndex={150}>
      <Transition mounted={count > 0} transition="slide-up" duration={150}>
        {(style) => (
          <Paper style={style} className={classes.bar} role="region" aria-label={t('bulk.label')} shadow="md" p="xs">
            <Group gap="xs">
              <Group gap={0} wrap="nowrap" mr="xs">
                <CloseButton aria-label={t('bulk.clear')} onClick={onClear} />
                <Text size="sm" fw={550} style={{ whiteSpace: 'nowrap' }} aria-live="polite">
                  {t('bulk.count', { count })}
                </Text>
              </Group>
              {children}
            </Group>
          </Paper>
        )}
      </Transition>
    </Affix>
  );
}
