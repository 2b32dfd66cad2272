import { Box, Button, Group, Paper, Stack } from '@mantine/core';
import { t } from '../lib/i18n';
import type { Change, Draft } from '../lib/settings';
import { ChangeLine } from './change-line';
import { Leaving } from './leaving';
import { Problem } from './problem';
import classes from './save-bar.module.css';

type Props = {
  draft: Draft;
  /** What a setting is called, and a value of it in words. */
  label: (path: string) => string;
  show: (path: string, value: unknown) => string;
  /** What a change does to people, where that is not plain. */
  warning?: (change: Change) => string | undefined;
};

/** Stays in sight while something is not saved: what it was, what it will be. */
export function SaveBar({ draft, label, show, warning }: Props) {
  return (
    <>
      {draft.dirty && (
        <Paper component="section" className={classes.bar} shadow="md" p="md" aria-label={t('settings.unsaved')}>
          <Stack gap="sm">
            {draft.problem !== undefined && <Problem error={draft.problem} />}
            <Group justify="space-between" align="flex-end" gap="md">
              <Box className={classes.changes} tabIndex={0} role="group" aria-label={t('settings.changes')}>
                {draft.changes.map((change) => (
                  <ChangeLine key={change.path} name={label(change.path)} from={show(change.path, change.from)} to={show(change.path, change.to)} warning={warning?.(change)} />
                ))}
              </Box>
              <Group gap="xs" ml="auto">
                <Button variant="default" onClick={draft.discard}>
                  {t('settings.discard')}
                </Button>
                <Button loading={draft.saving} onClick={draft.save}>
                  {t('settings.save', { count: draft.changes.length })}
                </Button>
              </Group>
            </Group>
          </Stack>
        </Paper>
      )}
      <Leaving dirty={draft.dirty} text={t('settings.leave-text')} />
    </>
  );
}
