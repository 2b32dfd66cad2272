import { Box, Collapse, Group, Paper, Stack, Text, ThemeIcon, UnstyledButton } from '@mantine/core';
import { IconCheck, IconChevronDown, IconCircleDashed } from '@tabler/icons-react';
import { type ReactNode, useId, useState } from 'react';
import { t } from '../../lib/i18n';
import classes from './step.module.css';

type StepProps = { done: boolean | undefined; /** The first that is not done is open by itself. */ open: boolean; title: string; /** What was seen. */ state: ReactNode; children: ReactNode };

export function Step({ done, open, title, state, children }: StepProps) {
  const [chosen, choose] = useState<boolean>();
  const shown = chosen ?? open;
  const id = useId();
  return (
    <Paper component="li" p="md">
      <Group wrap="nowrap" gap="md" align="flex-start">
        <ThemeIcon component="span" role="img" aria-label={done ? t('start.done') : t('start.open')} size={28} radius="xl" variant="light" color={done ? 'teal' : 'gray'}>
          {done ? <IconCheck size={17} /> : <IconCircleDashed size={17} />}
        </ThemeIcon>
        <Box flex={1} miw={0}>
          <UnstyledButton className={classes.head} onClick={() => choose(!shown)} aria-expanded={shown} aria-controls={id}>
            <Text fw={600} size="sm" component="span">
              {title}
            </Text>
            <IconChevronDown size={17} aria-hidden className={classes.chevron} data-open={shown || undefined} />
          </UnstyledButton>
          <Text size="sm" c="dimmed" component="div" style={{ overflowWrap: 'anywhere' }}>
            {state}
          </Text>
          <Collapse expanded={shown} id={id}>
            <Stack gap="sm" pt="md">
              {children}
            </Stack>
          </Collapse>
        </Box>
      </Group>
    </Paper>
  );
}
